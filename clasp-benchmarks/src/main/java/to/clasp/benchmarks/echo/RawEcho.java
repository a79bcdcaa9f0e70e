package to.clasp.benchmarks.echo;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import to.clasp.benchmarks.pair.RawPair;

/**
 * Messages of webrtc-java. The native callback copies each and hands it over, from thread to
 * thread, until the last of them answers there, and hears the answer here.
 */
final class RawEcho implements Echo {

  private final RawPair pair;
  private final int size;
  private final Returns returns = new Returns();
  private final List<ExecutorService> threads = new ArrayList<>();

  /**
   * Opens a pair.
   *
   * @param size bytes of each message, at least 8
   * @param handOversThere how many threads pass a message on before it is answered; with none the
   *     answer is sent within the native callback, which libwebrtc may wait for
   * @param handOversBack the same for the answer, before it counts as heard
   */
  RawEcho(int size, int handOversThere, int handOversBack) {
    this.pair = RawPair.open();
    this.size = size;
    Receiver answer = through(handOversThere, message -> pair.right().send(message));
    Receiver hear =
        through(handOversBack, message -> returns.returned(ByteBuffer.wrap(message).getLong()));
    pair.right().onMessage(message -> answer.take(copy(message)));
    pair.left().onMessage(message -> hear.take(copy(message)));
  }

  private interface Receiver {
    void take(byte[] message);
  }

  private Receiver through(int handOvers, Receiver last) {
    Receiver next = last;
    for (int i = 0; i < handOvers; i++) {
      ExecutorService thread =
          Executors.newSingleThreadExecutor(task -> new Thread(task, "raw-echo"));
      threads.add(thread);
      Receiver then = next;
      next = message -> thread.execute(() -> then.take(message));
    }
    return next;
  }

  private static byte[] copy(ByteBuffer message) {
    byte[] copy = new byte[message.remaining()];
    message.get(copy);
    return copy;
  }

  @Override
  public void send(long number) {
    byte[] message = new byte[size];
    ByteBuffer.wrap(message).putLong(number);
    pair.left().send(message);
  }

  @Override
  public Returns returns() {
    return returns;
  }

  @Override
  public void close() {
    threads.forEach(ExecutorService::shutdown);
    pair.close();
  }
}
