package to.clasp.transport.webrtc.natives;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.Availability;

/** The native library, the factory and the loopback scope at work. */
class SharedFactoryLinkTest {

  private static final RtcConfig LOOPBACK =
      RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build();

  @Test
  void libraryIsAvailableHere() {
    assertThat(NativeRuntime.availability()).isEqualTo(Availability.AVAILABLE);
  }

  @Test
  void messageArrivesOnceOverLoopback() throws Exception {
    FactoryLease lease = SharedFactory.instance().acquire().get(20, TimeUnit.SECONDS);
    try (LoopbackPair pair = new LoopbackPair(lease, LOOPBACK)) {
      pair.send(pair.offerer, "there".getBytes(UTF_8));
      assertThat(pair.answerer.received.poll(20, TimeUnit.SECONDS))
          .asString(UTF_8)
          .isEqualTo("there");
      pair.send(pair.answerer, "back".getBytes(UTF_8));
      assertThat(pair.offerer.received.poll(20, TimeUnit.SECONDS))
          .asString(UTF_8)
          .isEqualTo("back");
      assertThat(pair.offerer.candidates).isEmpty();
      assertThat(pair.answerer.candidates).isEmpty();
      assertThat(pair.offerer.description.lines().filter(line -> line.startsWith("a=candidate:")))
          .allSatisfy(line -> assertThat(line).contains(" 127.0.0.1 "))
          .hasSize(1);
      assertThat(pair.offerer.network.isBound()).isTrue();
      assertThat(pair.offerer.received).isEmpty();
      assertThat(pair.answerer.received).isEmpty();
    }
    lease.close();
    lease.closed().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void factoriesAndLinksLeaveNoThreadBehind() throws Exception {
    for (int round = 0; round < 20; round++) {
      FactoryLease lease = SharedFactory.instance().acquire().get(20, TimeUnit.SECONDS);
      try (LoopbackPair pair = new LoopbackPair(lease, LOOPBACK)) {
        byte[] message = ("round " + round).getBytes(UTF_8);
        pair.send(pair.offerer, message);
        assertThat(pair.answerer.received.poll(20, TimeUnit.SECONDS)).isEqualTo(message);
      }
      lease.close();
      lease.closed().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    // One factory has five, and the last to end may be on their way out.
    assertThat(nativeThreads()).as("of 20 factories").hasSizeLessThanOrEqualTo(5);
  }

  /** Threads that libwebrtc started; none where the system does not tell. */
  private static List<String> nativeThreads() throws IOException {
    Path tasks = Path.of("/proc/self/task");
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(tasks)) {
      try (DirectoryStream<Path> each = Files.newDirectoryStream(tasks)) {
        for (Path task : each) {
          try {
            names.add(Files.readString(task.resolve("comm")).trim());
          } catch (IOException e) {
            // It ended while we looked.
            assertThat(task).doesNotExist();
          }
        }
      }
    }
    names.removeIf(name -> !name.matches("webrtc_jni.*|rtc-low-prio|AudioDeviceBuff"));
    return names;
  }
}
