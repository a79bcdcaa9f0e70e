package to.clasp.benchmarks.flow;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import to.clasp.client.Clasp;
import to.clasp.client.Delivery;
import to.clasp.core.value.Value;

/** How numbers travel. */
final class Codings {

  private Codings() {}

  /** A double. */
  static final class Doubles implements ClaspNumbers.Coding {
    @Override
    public CompletableFuture<Delivery> set(Clasp client, long number) {
      return client.set(ClaspNumbers.ADDRESS, (double) number);
    }

    @Override
    public long read(Value value) {
      return (long) value.asDouble();
    }
  }

  /** Bytes, of which the first eight are the number. */
  static final class Bytes implements ClaspNumbers.Coding {
    private final int size;

    Bytes(int size) {
      this.size = size;
    }

    @Override
    public CompletableFuture<Delivery> set(Clasp client, long number) {
      byte[] bytes = new byte[size];
      ByteBuffer.wrap(bytes).putLong(number);
      return client.set(ClaspNumbers.ADDRESS, bytes);
    }

    @Override
    public long read(Value value) {
      byte[] bytes = ((Value.Bytes) value).toByteArray();
      if (bytes.length != size) {
        throw new IllegalStateException("of " + size + " bytes " + bytes.length + " arrived");
      }
      return ByteBuffer.wrap(bytes).getLong();
    }
  }
}
