package to.clasp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.Update;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.record.Recorder;

/** The commands that talk to a router, against a real one. */
class CommandsTest {

  private Leaks leaks;
  private EmbeddedRouter router;
  private String url;

  @BeforeEach
  void startRouter() {
    leaks = new Leaks();
    router = EmbeddedRouter.builder().port(0).start();
    url = router.uri().toString();
  }

  @AfterEach
  void leaveNothingBehind() {
    router.close();
    leaks.assertNone();
  }

  private Clasp connect(String name) {
    return Clasp.builder(url).name(name).connect();
  }

  /** Subscribes, and waits until that has taken effect: it begins with what the router keeps. */
  private static void listen(Clasp clasp, String prefix, Recorder<Update> heard) throws Exception {
    clasp.set(prefix + "/kept", true).get(10, TimeUnit.SECONDS);
    clasp.on(prefix + "/**", heard::record);
    heard.await(Update.class, Cli.TIMEOUT);
    heard.clear();
  }

  @Test
  void setsAndGets() {
    Cli set = Cli.run("set", "-r", url, "/lights/1", "0.5");
    assertThat(set.err()).isEmpty();
    assertThat(set.exitCode()).isZero();
    assertThat(set.out()).containsExactly("/lights/1 = 0.5  revision 1");

    Cli get = Cli.run("get", "-r", url, "/lights/1");
    assertThat(get.exitCode()).isZero();
    assertThat(get.out()).containsExactly("0.5");
  }

  @Test
  void setsAndGetsForPrograms() {
    Cli set = Cli.run("set", "--router=" + url, "/lights/1", "{\"r\":-5}", "--json");
    assertThat(set.out())
        .containsExactly(
            "{\"event\":\"set\",\"address\":\"/lights/1\",\"value\":{\"r\":-5},"
                + "\"path\":\"router\",\"revision\":1}");
    Cli get = Cli.run("get", "--router=" + url, "/lights/1", "--json");
    assertThat(get.out())
        .containsExactly("{\"event\":\"get\",\"address\":\"/lights/1\",\"value\":{\"r\":-5}}");
  }

  @Test
  void takesANegativeNumberForAValue() {
    Cli set = Cli.run("set", "-r", url, "/x", "-5");
    assertThat(set.exitCode()).isZero();
    assertThat(set.out()).containsExactly("/x = -5  revision 1");
  }

  @Test
  void saysThatThereIsNoAnswer() {
    Cli get = Cli.run("get", "-r", url, "/nothing/here");
    assertThat(get.exitCode()).isEqualTo(75);
    assertThat(get.out()).isEmpty();
    assertThat(get.err()).singleElement().asString().contains("/nothing/here", "5000 ms");
  }

  /**
   * Sets a parameter again and again until the command prints it. What a router keeps comes before
   * the subscription stands, so it tells nothing; each further value comes by the subscription.
   */
  private static void setUntilPrinted(Clasp clasp, String address, Cli on) throws Exception {
    clasp.set(address, 0).get(10, TimeUnit.SECONDS);
    for (int i = 1; on.out().stream().noneMatch(line -> isLive(line, address)); i++) {
      clasp.set(address, i).get(10, TimeUnit.SECONDS);
    }
  }

  private static boolean isLive(String line, String address) {
    return line.startsWith(address + " = ") && !line.endsWith(" = 0");
  }

  @Test
  void printsWhatItListensTo() throws Exception {
    try (Clasp desk = connect("desk");
        Cli on = Cli.start("on", "-r", url, "/lights/**")) {
      setUntilPrinted(desk, "/lights/first", on);
      desk.emit("/lights/go", null).get(10, TimeUnit.SECONDS);
      desk.stream("/lights/level", 3.0).get(10, TimeUnit.SECONDS);
      desk.set("/elsewhere", 1).get(10, TimeUnit.SECONDS);
      desk.set("/lights/title", "Act").get(10, TimeUnit.SECONDS);

      on.awaitLine("/lights/title = Act");
      assertThat(on.out().stream().filter(line -> !line.startsWith("/lights/first")))
          .containsExactly(
              "/lights/go = null  event", "/lights/level = 3.0  stream", "/lights/title = Act");
      assertThat(on.err()).isEmpty();
    }
  }

  @Test
  void endsAfterSoManyValues() throws Exception {
    try (Clasp desk = connect("desk")) {
      desk.set("/x/1", 1).get(10, TimeUnit.SECONDS);
      desk.set("/x/2", 2).get(10, TimeUnit.SECONDS);
      desk.set("/x/3", 3).get(10, TimeUnit.SECONDS);
      Cli on = Cli.run("on", "-r", url, "/x/*", "--count", "2");
      assertThat(on.exitCode()).isZero();
      assertThat(on.out()).hasSize(2);
    }
  }

  @Test
  void printsOneObjectForEachValue() throws Exception {
    try (Clasp desk = connect("desk")) {
      desk.set("/a/param", 1).get(10, TimeUnit.SECONDS);
      Cli on = Cli.run("on", "-r", url, "/a/**", "--json", "-n", "1");
      JsonObject kept = on.lastObject();
      assertThat(kept.get("event").getAsString()).isEqualTo("value");
      assertThat(kept.get("address").getAsString()).isEqualTo("/a/param");
      assertThat(kept.get("value").getAsInt()).isOne();
      assertThat(kept.get("type").getAsString()).isEqualTo("param");
      assertThat(kept.get("path").getAsString()).isEqualTo("router");
      assertThat(kept.get("peer").isJsonNull()).isTrue();
      assertThat(kept.get("revision").getAsInt()).isOne();
    }
  }

  @Test
  void printsOnlyTheTypesAskedFor() throws Exception {
    try (Clasp desk = connect("desk");
        Cli on = Cli.start("on", "-r", url, "/a/**", "-t", "param,event")) {
      setUntilPrinted(desk, "/a/param", on);
      desk.stream("/a/stream", 2).get(10, TimeUnit.SECONDS);
      desk.emit("/a/event", 3).get(10, TimeUnit.SECONDS);
      on.awaitLine("/a/event = 3  event");
      assertThat(on.out()).noneMatch(line -> line.startsWith("/a/stream"));
    }
  }

  @Test
  void listensUntilItIsInterruptedAndConnectsAgain() throws Exception {
    try (Clasp desk = connect("desk")) {
      desk.set("/x", 1).get(10, TimeUnit.SECONDS);
      try (Cli on = Cli.start("on", "-r", url, "/x", "--json")) {
        on.awaitObject("value", "1");
        router.disconnectAll();
        // Should it come before the new session, the session begins with it.
        assertThat(Cli.run("set", "-r", url, "/x", "2").exitCode()).isZero();
        on.awaitObject("value", "2");
        assertThat(on.err()).first().asString().contains("the connection to the router is lost");
        assertThat(on.interrupt()).isEqualTo(130);
      }
    }
  }

  @Test
  void emits() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    try (Clasp stage = connect("stage")) {
      listen(stage, "/cue", heard);
      Cli bare = Cli.run("emit", "-r", url, "/cue/go");
      Cli full = Cli.run("emit", "-r", url, "/cue/go", "[1, \"two\"]");
      assertThat(bare.exitCode()).isZero();
      assertThat(bare.out()).containsExactly("/cue/go = null");
      assertThat(full.out()).containsExactly("/cue/go = [1,\"two\"]");

      heard.awaitThat("both events", Cli.TIMEOUT, all -> all.size() == 2);
      assertThat(heard.events()).allMatch(update -> update.signal() == SignalType.EVENT);
      assertThat(heard.events().get(0).value()).isEqualTo(Value.Null.INSTANCE);
      assertThat(heard.events().get(1).value()).isEqualTo(Value.of(List.of(1L, "two")));
    }
  }

  @Test
  void streamsWhatIsGiven() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    try (Clasp stage = connect("stage")) {
      listen(stage, "/level", heard);
      Cli stream = Cli.run("stream", "-r", url, "/level/1", "0.1", "0.2", "-0.3");
      assertThat(stream.err()).isEmpty();
      assertThat(stream.out()).containsExactly("sent 3 values to /level/1");
      heard.awaitThat("all values", Cli.TIMEOUT, all -> all.size() == 3);
      assertThat(heard.events().stream().map(update -> update.value().asDouble()))
          .containsExactly(0.1, 0.2, -0.3);
      assertThat(heard.events()).allMatch(update -> update.signal() == SignalType.STREAM);
    }
  }

  @Test
  void streamsTheLinesOfStandardInputAtARate() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("1\n2\nthree\n".getBytes(StandardCharsets.UTF_8)));
    try (Clasp stage = connect("stage")) {
      listen(stage, "/level", heard);
      long begin = System.nanoTime();
      Cli stream = Cli.run("stream", "-r", url, "/level/1", "--rate", "10", "--json");
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isGreaterThanOrEqualTo(Duration.ofMillis(200));
      assertThat(stream.out())
          .containsExactly("{\"event\":\"stream\",\"address\":\"/level/1\",\"sent\":3}");
      heard.awaitThat("all values", Cli.TIMEOUT, all -> all.size() == 3);
      assertThat(heard.events().get(2).value()).isEqualTo(Value.of("three"));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void showsTheTokenToTheRouter() {
    try (EmbeddedRouter guarded =
        EmbeddedRouter.builder().port(0).token("secret", "read:/**", "write:/**").start()) {
      String there = guarded.uri().toString();
      Cli refused = Cli.run("set", "-r", there, "--token", "wrong", "/x", "1");
      assertThat(refused.exitCode()).isEqualTo(77);
      assertThat(refused.err()).singleElement().asString().contains("check the token");
      assertThat(refused.err().toString()).doesNotContain("wrong");

      assertThat(Cli.run("set", "-r", there, "--token", "secret", "/x", "1").exitCode()).isZero();
    }
  }

  @Test
  void endsWhenTheRouterRefusesThePattern() {
    try (EmbeddedRouter guarded =
        EmbeddedRouter.builder().port(0).token("secret", "read:/open/**").start()) {
      Cli on = Cli.run("on", "-r", guarded.uri().toString(), "--token", "secret", "/closed/**");
      assertThat(on.exitCode()).isEqualTo(77);
      assertThat(on.err()).singleElement().asString().contains("/closed");
    }
  }
}
