package to.clasp.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
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
 * The codec on one core: SET and PUBLISH of a double to an address of 20 bytes. Run with {@code
 * -prof gc} to see the bytes allocated per operation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {

  private static final String ADDRESS = "/peer/stage/fader/01";
  private static final byte[] PREFIX = "/peer/".getBytes(StandardCharsets.UTF_8);

  private final FrameEncoder encoder = new FrameEncoder();
  private final byte[] target = new byte[64];
  private final Message set = SetMessage.of(ADDRESS, Value.of(0.5));
  private final Message publish = PublishMessage.of(ADDRESS, SignalType.STREAM, Value.of(0.5));
  private final byte[] setBytes = Frame.of(set).toByteArray();
  private final byte[] publishBytes = Frame.of(publish).toByteArray();
  private final Frame setFrame = Frame.wrap(setBytes);
  private final AddressPattern pattern = AddressPattern.parse("/peer/stage/**");
  private double value = 0.5;

  /** Encodes a SET into an array of its own. */
  @Benchmark
  public byte[] encodeSet() {
    value += 1;
    return encoder.set(ADDRESS, value).toByteArray();
  }

  /** Encodes a SET into an array that is there. */
  @Benchmark
  public byte[] encodeSetInPlace() {
    value += 1;
    encoder.set(ADDRESS, value).copyTo(target, 0);
    return target;
  }

  /** Encodes a SET message into a frame. */
  @Benchmark
  public Frame encodeSetMessage() {
    return Frame.of(set);
  }

  /** Encodes a PUBLISH into an array of its own. */
  @Benchmark
  public byte[] encodePublish() {
    value += 1;
    return encoder.publish(ADDRESS, SignalType.STREAM, value).toByteArray();
  }

  /** Encodes a PUBLISH message into a frame. */
  @Benchmark
  public Frame encodePublishMessage() {
    return Frame.of(publish);
  }

  /** Decodes a SET. */
  @Benchmark
  public Message decodeSet() {
    return FrameDecoder.decode(setBytes);
  }

  /** Decodes a PUBLISH. */
  @Benchmark
  public Message decodePublish() {
    return FrameDecoder.decode(publishBytes);
  }

  /** Reads the address of a received SET. */
  @Benchmark
  public @Nullable String peekAddress() {
    return Frame.wrap(setBytes).address();
  }

  /** Compares the start of the address of a received SET. */
  @Benchmark
  public boolean peekAddressPrefix() {
    return Frame.wrap(setBytes).addressStartsWith(PREFIX);
  }

  /** Asks a frame again for its address. */
  @Benchmark
  public @Nullable String peekKnownAddress() {
    return setFrame.address();
  }

  /** Matches the address against a pattern with a wildcard. */
  @Benchmark
  public boolean matchPattern() {
    return pattern.matches(ADDRESS);
  }
}
