package to.clasp.router.state;

/** What became of a SET. */
public sealed interface WriteResult {

  /**
   * It was stored.
   *
   * @param revision the new revision of the parameter
   */
  record Stored(long revision) implements WriteResult {}

  /**
   * It was refused.
   *
   * @param reason the text of ERROR 400, in the words of CLASP's own router
   */
  record Refused(String reason) implements WriteResult {}
}
