package to.clasp.router.transcript;

import to.clasp.router.EmbeddedRouter;
import to.clasp.router.EmbeddedRouterBuilder;
import to.clasp.router.options.RouterOptions;
import to.clasp.testkit.vectors.RouterTranscript;

/** Makes routers with the options that the real router had in a recorded conversation. */
public final class Transcripts {

  private Transcripts() {}

  /** The options of a transcript. */
  public static RouterOptions options(RouterTranscript transcript) {
    return builder(transcript).build().options();
  }

  /** A builder with the options of a transcript. */
  public static EmbeddedRouterBuilder builder(RouterTranscript transcript) {
    EmbeddedRouterBuilder builder = EmbeddedRouter.builder().port(0).name("CLASP Router");
    transcript
        .tokens()
        .forEach((token, scopes) -> builder.token(token, scopes.toArray(String[]::new)));
    Integer rate = transcript.messagesPerSecond();
    if (rate != null) {
      builder.rateLimit(rate);
    }
    return builder;
  }
}
