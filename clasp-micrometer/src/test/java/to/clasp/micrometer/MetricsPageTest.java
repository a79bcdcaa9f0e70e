package to.clasp.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} has every metric, with its unit and meaning, and no other. */
class MetricsPageTest {

  @Test
  void thePageHasEveryMetricAndNoOther() throws IOException {
    List<String> rows =
        Files.readString(Path.of("..", "docs", "metrics.md"))
            .lines()
            .filter(line -> line.startsWith("| `clasp."))
            .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            Stream.of(ClaspMetric.values())
                .map(
                    metric ->
                        "| `"
                            + metric.metricName()
                            + "` | "
                            + (metric.unit().isEmpty() ? "–" : metric.unit())
                            + " | "
                            + metric.description()
                            + " |")
                .toList());
  }
}
