package to.clasp.it;

import to.clasp.transport.peer.PeerEvent;

/**
 * Main class of a JVM of its own with little memory: a client receives numbered values, each in a
 * data channel message, and prints what that takes. An error in between ends the JVM.
 */
public final class ManyMessages {

  /** How often the heap is looked at. */
  private static final int LOOKS = 20;

  private ManyMessages() {}

  /**
   * Runs the exchange.
   *
   * @param arguments how many messages, and after how many links are renewed
   * @throws Exception if a value is lost, repeated or out of order
   */
  public static void main(String[] arguments) throws Exception {
    long messages = Long.parseLong(arguments[0]);
    long begin = System.nanoTime();
    try (Exchange exchange = new Exchange(Integer.parseInt(arguments[1]))) {
      for (int look = 1; look <= LOOKS; look++) {
        exchange.send(messages * look / LOOKS - messages * (look - 1) / LOOKS);
        System.out.printf(
            "after %d messages: heap %d KB, %d renewals, %d ms%n",
            messages * look / LOOKS,
            heapKilobytes(),
            exchange.renewals(),
            (System.nanoTime() - begin) / 1_000_000);
      }
      for (PeerEvent event : exchange.eventsSinceLinked()) {
        if (!(event instanceof PeerEvent.Renewed)
            && !(event instanceof PeerEvent.CandidatePairChanged)) {
          throw new AssertionError("not a renewal: " + event);
        }
      }
      System.out.println("renewals: " + exchange.renewals());
    }
    System.out.println("received: " + messages);
  }

  private static long heapKilobytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / 1024;
  }
}
