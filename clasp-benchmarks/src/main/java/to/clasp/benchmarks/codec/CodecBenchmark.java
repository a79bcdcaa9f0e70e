package to.clasp.benchmarks.codec;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameDecoder;
import to.clasp.core.codec.FrameEncoder;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;

/**
 * The codec on one core: SET and PUBLISH of a double to an address of 20 bytes, which changes from
 * call to call, as does the number. Run with {@code -prof gc} to see the bytes allocated per
 * operation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {

  /** A power of two; few enough to stay in the cache of the processor. */
  private static final int ADDRESSES = 64;

  private static final byte[] PREFIX = "/peer/".getBytes(StandardCharsets.UTF_8);

  private final FrameEncoder encoder = new FrameEncoder();
  private final byte[] target = new byte[64];
  private final String[] addresses = new String[ADDRESSES];
  private final Message[] sets = new Message[ADDRESSES];
  private final Message[] publishes = new Message[ADDRESSES];
  private final byte[][] setBytes = new byte[ADDRESSES][];
  private final byte[][] publishBytes = new byte[ADDRESSES][];
  private final Frame[] setFrames = new Frame[ADDRESSES];
  private final AddressPattern pattern = AddressPattern.parse("/peer/stage/**");
  private int next;
  private double value;

  /** Makes what is encoded and decoded. */
  @Setup
  public void prepare() {
    for (int i = 0; i < ADDRESSES; i++) {
      addresses[i] = String.format(Locale.ROOT, "/peer/stage/fader/%02d", i);
      sets[i] = SetMessage.of(addresses[i], Value.of(i + 0.5));
      publishes[i] = PublishMessage.of(addresses[i], SignalType.STREAM, Value.of(i + 0.5));
      setBytes[i] = Frame.of(sets[i]).toByteArray();
      publishBytes[i] = Frame.of(publishes[i]).toByteArray();
      setFrames[i] = Frame.wrap(setBytes[i]);
    }
  }

  private int next() {
    next = next + 1 & ADDRESSES - 1;
    return next;
  }

  /** Encodes a SET into an array of its own. */
  @Benchmark
  public byte[] encodeSet() {
    value += 1;
    return encoder.set(addresses[next()], value).toByteArray();
  }

  /** Encodes a SET into an array that is there. */
  @Benchmark
  public byte[] encodeSetInPlace() {
    value += 1;
    encoder.set(addresses[next()], value).copyTo(target, 0);
    return target;
  }

  /** Encodes a SET message into a frame. */
  @Benchmark
  public Frame encodeSetMessage() {
    return Frame.of(sets[next()]);
  }

  /** Encodes a PUBLISH into an array of its own. */
  @Benchmark
  public byte[] encodePublish() {
    value += 1;
    return encoder.publish(addresses[next()], SignalType.STREAM, value).toByteArray();
  }

  /** Encodes a PUBLISH into an array that is there. */
  @Benchmark
  public byte[] encodePublishInPlace() {
    value += 1;
    encoder.publish(addresses[next()], SignalType.STREAM, value).copyTo(target, 0);
    return target;
  }

  /** Encodes a PUBLISH message into a frame. */
  @Benchmark
  public Frame encodePublishMessage() {
    return Frame.of(publishes[next()]);
  }

  /** Decodes a SET. */
  @Benchmark
  public Message decodeSet() {
    return FrameDecoder.decode(setBytes[next()]);
  }

  /** Decodes a PUBLISH. */
  @Benchmark
  public Message decodePublish() {
    return FrameDecoder.decode(publishBytes[next()]);
  }

  /** Reads the address of a received SET. */
  @Benchmark
  public @Nullable String peekAddress() {
    return Frame.wrap(setBytes[next()]).address();
  }

  /** Compares the start of the address of a received SET. */
  @Benchmark
  public boolean peekAddressPrefix() {
    return Frame.wrap(setBytes[next()]).addressStartsWith(PREFIX);
  }

  /** Asks a frame again for its address. */
  @Benchmark
  public @Nullable String peekKnownAddress() {
    return setFrames[next()].address();
  }

  /** Matches the address against a pattern with a wildcard. */
  @Benchmark
  public boolean matchPattern() {
    return pattern.matches(addresses[next()]);
  }
}
