package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspP2P;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.pace.PaceOptions;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.RtcConfig;

/** {@code docs/configuration.md} has every option, with the default and the range of the code. */
class ConfigurationPageTest {

  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final Pattern SECTION = Pattern.compile("Methods of `([^`]+)`\\.");
  private static final Pattern ROW =
      Pattern.compile("\\| `(\\w+)` \\| ([^|]*) \\| ([^|]*) \\| [^|]+ \\|");
  private static final Pattern AMOUNT =
      Pattern.compile("(\\d[\\d .]*?) ?(ms|s|min|KiB|MiB|GiB)?(?: \\([^)]*\\))?(?: a second)?");

  /** One row of the page. */
  record Option(String builder, String name, String standard, String range) {
    @Override
    public String toString() {
      return builder + " " + name;
    }
  }

  private static final Map<String, Supplier<Object>> BUILDERS =
      Map.of(
          "Clasp.builder(url)",
          () -> Clasp.builder("ws://127.0.0.1:1"),
          "ClaspP2P.builder()",
          ClaspP2P::builder,
          "P2POptions.builder()",
          P2POptions::builder,
          "RtcConfig.builder()",
          RtcConfig::builder,
          "PeerLinkOptions.builder()",
          PeerLinkOptions::builder,
          "ChannelOptions.builder()",
          ChannelOptions::builder,
          "ConnectionOptions.builder()",
          ConnectionOptions::builder,
          "PaceOptions.builder()",
          PaceOptions::builder);

  static List<Option> options() throws IOException {
    List<Option> options = new ArrayList<>();
    String builder = "";
    for (String line : Files.readAllLines(PAGE)) {
      Matcher section = SECTION.matcher(line);
      Matcher row = ROW.matcher(line);
      if (section.matches()) {
        builder = section.group(1);
      } else if (row.matches()) {
        options.add(new Option(builder, row.group(1), row.group(2).strip(), row.group(3).strip()));
      }
    }
    return options;
  }

  private static Stream<Method> setters(Object builder) {
    return Stream.of(builder.getClass().getMethods())
        .filter(method -> method.getReturnType() == builder.getClass());
  }

  @Test
  void hasEveryOptionOfEveryBuilderAndNoOther() throws IOException {
    List<Option> options = options();
    BUILDERS.forEach(
        (name, made) ->
            assertThat(
                    options.stream()
                        .filter(option -> option.builder().equals(name))
                        .map(Option::name))
                .as(name)
                .containsExactlyInAnyOrderElementsOf(
                    setters(made.get()).map(Method::getName).distinct().toList()));
    assertThat(options.stream().map(Option::builder).distinct())
        .containsExactlyInAnyOrderElementsOf(BUILDERS.keySet());
  }

  static Stream<Option> standards() throws IOException {
    return options().stream().filter(option -> getter(option) != null);
  }

  /** The method of built options that has the value; null where there is none to compare. */
  private static Method getter(Option option) {
    try {
      Method getter = built(option).getClass().getMethod(option.name());
      Class<?> type = getter.getReturnType();
      return type == boolean.class || type == int.class || type == Duration.class ? getter : null;
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  private static Object built(Option option) throws ReflectiveOperationException {
    Object builder = BUILDERS.get(option.builder()).get();
    return builder.getClass().getMethod("build").invoke(builder);
  }

  @ParameterizedTest
  @MethodSource("standards")
  void namesTheDefault(Option option) throws ReflectiveOperationException {
    Object value = getter(option).invoke(built(option));
    if (value == null) {
      assertThat(option.standard()).isEqualTo("as long as it takes");
    } else if (value instanceof Boolean) {
      assertThat(option.standard()).startsWith(value.toString());
    } else {
      long plain = value instanceof Duration time ? time.toMillis() : ((Integer) value);
      assertThat(amount(option.standard().split(",", -1)[0])).isEqualTo(plain);
    }
  }

  static Stream<Option> ranges() throws IOException {
    return options().stream()
        .filter(
            option ->
                option.range().matches("\\d.* to \\d.*") && !option.name().equals("portRange"));
  }

  @ParameterizedTest
  @MethodSource("ranges")
  void namesTheRangeThatIsChecked(Option option) throws Exception {
    Object builder = BUILDERS.get(option.builder()).get();
    Method setter =
        setters(builder)
            .filter(
                method ->
                    method.getName().equals(option.name())
                        && (method.getParameterTypes()[0] == int.class
                            || method.getParameterTypes()[0] == Duration.class))
            .findFirst()
            .orElseThrow();
    boolean time = setter.getParameterTypes()[0] == Duration.class;
    String[] ends = option.range().split(" to ", -1);
    long last = amount(ends[1]);
    long first = amount(ends[0]);

    for (long wrong : new long[] {first - 1, last + 1}) {
      assertThatThrownBy(() -> set(builder, setter, wrong, time))
          .as("%s = %s", option, wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(option.name());
    }
    for (long right : new long[] {first, last}) {
      set(builder, setter, right, time);
    }
  }

  private static void set(Object builder, Method setter, long value, boolean time)
      throws Exception {
    try {
      setter.invoke(builder, time ? (Object) Duration.ofMillis(value) : (Object) (int) value);
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }

  /** A number, or a time in milliseconds, or a size in bytes. */
  private static long amount(String text) {
    Matcher amount = AMOUNT.matcher(text.strip());
    assertThat(amount.matches()).as("\"%s\" is an amount", text).isTrue();
    double number = Double.parseDouble(amount.group(1).replace(" ", ""));
    String unit = amount.group(2) == null ? "" : amount.group(2);
    return Math.round(
        number
            * switch (unit) {
              case "s" -> 1_000;
              case "min" -> 60_000;
              case "KiB" -> 1 << 10;
              case "MiB" -> 1 << 20;
              case "GiB" -> 1 << 30;
              default -> 1;
            });
  }
}
