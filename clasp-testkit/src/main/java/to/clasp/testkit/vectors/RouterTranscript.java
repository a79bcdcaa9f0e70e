package to.clasp.testkit.vectors;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;

/**
 * A conversation between raw clients and a CLASP router 4.5.0, as it was recorded. Session ids and
 * times are those of one run, and the order between different clients is that of arrival on one
 * machine, no promise.
 *
 * @param name short name
 * @param about what it shows
 * @param tokens the tokens that the router was given, with their scopes such as {@code read:/a/**};
 *     empty for an open router
 * @param messagesPerSecond the rate limit that the router was given, or null for its default
 * @param steps what was sent, in order
 */
public record RouterTranscript(
    String name,
    String about,
    Map<String, List<String>> tokens,
    @Nullable Integer messagesPerSecond,
    List<Step> steps) {

  private static final String FILE = "router-transcripts.json";
  private static final String FORMAT = "clasp-router-transcripts/1";
  private static final String ROUTER = "router";

  /** Copies the collections. */
  public RouterTranscript {
    tokens = Map.copyOf(tokens);
    steps = List.copyOf(steps);
  }

  /**
   * One WebSocket message.
   *
   * @param client name of the client that sent or received it
   * @param toRouter true if the client sent it, false if it received it
   * @param hex the message, as hexadecimal digits
   */
  public record Step(String client, boolean toRouter, String hex) {

    /**
     * Returns the message.
     *
     * @return a fresh array
     */
    public byte[] bytes() {
      return HexFormat.of().parseHex(hex);
    }

    /**
     * Reads the message as a frame.
     *
     * @return the frame
     * @throws MalformedFrameException if it is none, as some that clients sent on purpose
     */
    public Frame frame() {
      return Frame.wrap(bytes());
    }

    @Override
    public String toString() {
      return (toRouter ? client + " -> router " : "router -> " + client + " ") + hex;
    }
  }

  /**
   * Loads all transcripts.
   *
   * @return the transcripts, in the order of the file
   */
  public static List<RouterTranscript> loadAll() {
    JsonObject file = VectorFiles.load(RouterTranscript.class, FILE);
    String format = file.get("format").getAsString();
    if (!format.equals(FORMAT)) {
      throw new IllegalArgumentException(FILE + " has the format " + format + ", not " + FORMAT);
    }
    List<RouterTranscript> transcripts = new ArrayList<>();
    for (JsonElement scenario : file.getAsJsonArray("scenarios")) {
      transcripts.add(read(scenario.getAsJsonObject()));
    }
    return List.copyOf(transcripts);
  }

  /**
   * Loads one transcript.
   *
   * @param name its name
   * @return the transcript
   * @throws IllegalArgumentException if there is none of that name
   */
  public static RouterTranscript load(String name) {
    return loadAll().stream()
        .filter(transcript -> transcript.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no transcript \"" + name + "\""));
  }

  /** The name, for the display of parameterised tests. */
  @Override
  public String toString() {
    return name;
  }

  private static RouterTranscript read(JsonObject scenario) {
    List<String> options =
        scenario.getAsJsonArray("routerOptions").asList().stream()
            .map(JsonElement::getAsString)
            .toList();
    List<Step> steps = new ArrayList<>();
    for (JsonElement step : scenario.getAsJsonArray("steps")) {
      steps.add(readStep(step.getAsJsonObject()));
    }
    String auth = option(options, "--auth");
    String rate = option(options, "--rate");
    return new RouterTranscript(
        scenario.get("name").getAsString(),
        scenario.get("about").getAsString(),
        auth == null ? Map.of() : readTokens(auth),
        rate == null ? null : Integer.valueOf(rate),
        steps);
  }

  private static @Nullable String option(List<String> options, String name) {
    int at = options.indexOf(name);
    return at < 0 ? null : options.get(at + 1);
  }

  /** Reads {@code token=scope,scope;token=scope}. */
  private static Map<String, List<String>> readTokens(String text) {
    Map<String, List<String>> tokens = new LinkedHashMap<>();
    for (String entry : text.split(";", -1)) {
      int equals = entry.indexOf('=');
      tokens.put(entry.substring(0, equals), List.of(entry.substring(equals + 1).split(",", -1)));
    }
    return tokens;
  }

  private static Step readStep(JsonObject step) {
    String from = step.get("from").getAsString();
    boolean toRouter = !from.equals(ROUTER);
    return new Step(
        toRouter ? from : step.get("to").getAsString(), toRouter, step.get("hex").getAsString());
  }
}
