package to.clasp.core.message;

/**
 * The quality-of-service label of a frame. It is a label only: no router acknowledges or repeats
 * because of it. The WebRTC transport reads it to choose a channel.
 */
public enum QoS {
  /** Best effort. */
  FIRE(0),
  /** Should arrive. */
  CONFIRM(1),
  /** Must arrive. */
  COMMIT(2);

  private final int code;

  QoS(int code) {
    this.code = code;
  }

  /**
   * Returns the code in the two highest bits of the frame flags.
   *
   * @return 0 to 2
   */
  public int code() {
    return code;
  }
}
