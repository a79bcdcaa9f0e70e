package to.clasp.benchmarks.echo;

import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import to.clasp.benchmarks.pair.RawPair;

/**
 * Messages of webrtc-java. The callback hands them to a thread that sends them back, for sending
 * within a callback blocks a thread of libwebrtc.
 */
final class RawEcho implements Echo {

  private final RawPair pair;
  private final int size;
  private final Returns returns = new Returns();
  private final ExecutorService answering;

  RawEcho(RawPair pair, int size) {
    this.pair = pair;
    this.size = size;
    answering = Executors.newSingleThreadExecutor(task -> new Thread(task, "raw-echo"));
    pair.right()
        .onMessage(
            message -> {
              byte[] copy = new byte[message.remaining()];
              message.get(copy);
              answering.execute(() -> pair.right().send(copy));
            });
    pair.left().onMessage(message -> returns.returned(message.getLong()));
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
    answering.shutdown();
    pair.close();
  }
}
