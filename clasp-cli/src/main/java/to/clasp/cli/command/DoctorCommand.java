package to.clasp.cli.command;

import com.google.gson.JsonObject;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import to.clasp.cli.output.Output;
import to.clasp.client.doctor.Doctor;
import to.clasp.client.doctor.Finding;
import to.clasp.client.doctor.Finding.Outcome;

/** Finds out what works. */
@Command(
    name = "doctor",
    description = {
      "Find out what works here: Java, the native library, the network, a router, STUN and TURN"
          + " servers, direct links. Says what to do about the rest.",
      "",
      "Ends with exit code 1 when something does not work."
    },
    footer = {
      "",
      "Examples:",
      "  clasp doctor",
      "  clasp doctor ws://127.0.0.1:7330 --peer stage",
      "  clasp doctor --stun stun:host:3478 --turn turn:host:3478 --turn-user me",
      "  clasp doctor --rtc-config rtc.json"
    })
public final class DoctorCommand implements Callable<Integer> {

  @Mixin private final StandardOptions standard = new StandardOptions();
  @Mixin private final IceOptions ice = new IceOptions();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "URL",
      description = "The router, such as ws://host:7330. Default: none is examined.")
  private @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "The token, for a router that asks for one. Others on this machine can see options; the"
              + " environment variable CLASP_TOKEN is safer.")
  private @Nullable String token;

  @Option(names = "--peer", paramLabel = "ID", description = "A peer on the router, to link with.")
  private @Nullable String peer;

  @Override
  public Integer call() throws InterruptedException {
    Doctor.Builder doctor = Doctor.builder().rtcConfig(ice.rtcConfig());
    if (url != null) {
      doctor.router(url);
    }
    String given = token != null ? token : System.getenv("CLASP_TOKEN");
    if (given != null && !given.isEmpty()) {
      doctor.token(given);
    }
    if (peer != null) {
      doctor.peer(peer);
    }
    Output output = standard.open();
    boolean well =
        doctor.build().examine(finding -> print(output, finding)).stream()
            .noneMatch(finding -> finding.outcome() == Outcome.FAIL);
    return (well ? ExitCode.OK : ExitCode.FAILED).code();
  }

  private static void print(Output output, Finding finding) {
    JsonObject json = new JsonObject();
    json.addProperty("event", "finding");
    json.addProperty("step", lower(finding.step()));
    json.addProperty("outcome", lower(finding.outcome()));
    json.addProperty("detail", finding.detail());
    json.addProperty("advice", finding.advice());
    String text =
        String.format(
            "%-8s%-16s%s",
            lower(finding.outcome()), lower(finding.step()).replace('_', ' '), finding.detail());
    output.event(
        finding.advice() == null
            ? text
            : text + System.lineSeparator() + " ".repeat(24) + "→ " + finding.advice(),
        json);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
