package to.clasp.transport.pace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import to.clasp.transport.OptionRange;

class PaceOptionsTest {

  @Test
  void hasTheDocumentedDefaults() {
    PaceOptions options = PaceOptions.DEFAULTS;

    assertThat(options.messagesPerSecond()).isEqualTo(1_000);
    assertThat(options.maxQueuedFrames()).isEqualTo(10_000);
    assertThat(options.maxQueuedBytes()).isEqualTo(1 << 20);
    assertThat(options.drainTimeout()).hasSeconds(2);
    assertThat(options.gated()).isTrue();
    assertThat(PaceOptions.builder().gated(false).build().gated()).isFalse();
  }

  @Test
  void checksEveryRange() {
    PaceOptions.Builder builder = PaceOptions.builder();
    OptionRange.checkNumber(
        "messagesPerSecond",
        builder,
        PaceOptions.Builder::messagesPerSecond,
        PaceOptions.Builder::build,
        PaceOptions::messagesPerSecond,
        1,
        1_000_000);
    OptionRange.checkNumber(
        "maxQueuedFrames",
        builder,
        PaceOptions.Builder::maxQueuedFrames,
        PaceOptions.Builder::build,
        PaceOptions::maxQueuedFrames,
        1,
        1_000_000);
    OptionRange.checkNumber(
        "maxQueuedBytes",
        builder,
        PaceOptions.Builder::maxQueuedBytes,
        PaceOptions.Builder::build,
        PaceOptions::maxQueuedBytes,
        65_547,
        1 << 30);
    OptionRange.checkTime(
        "drainTimeout",
        builder,
        PaceOptions.Builder::drainTimeout,
        PaceOptions.Builder::build,
        PaceOptions::drainTimeout,
        0L,
        600_000L);
  }
}
