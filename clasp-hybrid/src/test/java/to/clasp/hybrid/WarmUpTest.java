package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.testkit.memory.InMemoryPeerNetwork;
import to.clasp.testkit.memory.InMemoryPeerTransportProvider;
import to.clasp.transport.peer.RtcConfig;

class WarmUpTest {

  private final ManualEventLoop loop = new ManualEventLoop();
  private final List<Runnable> background = new ArrayList<>();
  private final InMemoryPeerTransportProvider provider =
      new InMemoryPeerTransportProvider(new InMemoryPeerNetwork());
  private final List<String> told = new ArrayList<>();
  private final WarmUp warmUp = new WarmUp(provider, RtcConfig.DEFAULTS, loop, background::add);

  private void begin() {
    warmUp.begin(() -> told.add("ready"), reason -> told.add(reason.toString()));
  }

  private void runBackground() {
    List<Runnable> tasks = List.copyOf(background);
    background.clear();
    tasks.forEach(Runnable::run);
  }

  @Test
  void isReadyOnTheLoopAndKeepsTheProviderWarmUntilTheEnd() {
    begin();
    loop.runPending();
    assertThat(told).isEmpty();
    runBackground();
    assertThat(told).isEmpty();
    loop.runPending();
    assertThat(told).containsExactly("ready");
    assertThat(provider.openWarmUps()).isEqualTo(1);

    warmUp.end();
    runBackground();
    assertThat(provider.openWarmUps()).isZero();
  }

  @Test
  void tellsWhyItCannotWork() {
    provider.unavailable("no native library");
    begin();
    runBackground();
    loop.runPending();

    assertThat(told).containsExactly("UNAVAILABLE: no native library");
  }

  @Test
  void leavesNothingWarmWhenItEndsFirst() {
    begin();
    warmUp.end();
    runBackground();
    loop.runPending();

    assertThat(told).isEmpty();
    assertThat(provider.openWarmUps()).isZero();
  }

  @Test
  void leavesNothingWarmWhenTheLoopIsGoneBeforeItIsReady() {
    begin();
    warmUp.end();
    loop.close();
    runBackground();

    assertThat(provider.openWarmUps()).isZero();
  }

  @Test
  void saysNothingWhenItEndsBetweenWarmAndReady() {
    begin();
    runBackground();
    warmUp.end();
    loop.runPending();
    runBackground();

    assertThat(told).isEmpty();
    assertThat(provider.openWarmUps()).isZero();
  }
}
