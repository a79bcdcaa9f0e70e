package to.clasp.testkit.memory;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the in-memory peers of one side behave in attempts that begin from now on. Safe for use by
 * any thread; tests turn the switches while transports run.
 */
public final class PeerBehaviour {

  private volatile @Nullable String refusal;
  private volatile boolean answering = true;
  private volatile boolean iceWorking = true;
  private volatile boolean unreliableChannel = true;
  private volatile boolean iceRestarts = true;
  private volatile Duration connectDelay = Duration.ZERO;
  private volatile int trickledCandidates;
  private volatile int maxMessageSize = 262_144;

  PeerBehaviour() {}

  /**
   * Refuses offers.
   *
   * @param reason told to the offerer, or null to take offers again
   * @return this
   */
  public PeerBehaviour refuseOffers(@Nullable String reason) {
    refusal = reason;
    return this;
  }

  /**
   * Sets whether offers are answered; those that are not end by timeout.
   *
   * @param answering false to ignore offers
   * @return this
   */
  public PeerBehaviour answerOffers(boolean answering) {
    this.answering = answering;
    return this;
  }

  /**
   * Sets whether ICE finds a way after offer and answer. Both sides must find one.
   *
   * @param working false to fail
   * @return this
   */
  public PeerBehaviour iceWorks(boolean working) {
    iceWorking = working;
    return this;
  }

  /**
   * Sets whether an ICE restart finds a way again, so that a silenced link is not silent any more.
   * Both sides must find one.
   *
   * @param working false to find none
   * @return this
   */
  public PeerBehaviour iceRestartWorks(boolean working) {
    iceRestarts = working;
    return this;
  }

  /**
   * Sets whether there is an unreliable channel. The offerer decides.
   *
   * @param there false to have the reliable one only
   * @return this
   */
  public PeerBehaviour unreliableChannel(boolean there) {
    unreliableChannel = there;
    return this;
  }

  /**
   * Sets how long ICE takes on this side after offer and answer.
   *
   * @param delay zero (the default) or positive
   * @return this
   */
  public PeerBehaviour connectDelay(Duration delay) {
    connectDelay = Objects.requireNonNull(delay, "delay");
    return this;
  }

  /**
   * Sets how many candidates follow an offer or answer as signals of their own.
   *
   * @param count zero (the default) or positive
   * @return this
   */
  public PeerBehaviour trickleCandidates(int count) {
    trickledCandidates = count;
    return this;
  }

  /**
   * Sets the largest message of a channel.
   *
   * @param bytes the limit; 262 144 by default
   * @return this
   */
  public PeerBehaviour maxMessageSize(int bytes) {
    maxMessageSize = bytes;
    return this;
  }

  @Nullable String refusal() {
    return refusal;
  }

  boolean answering() {
    return answering;
  }

  boolean iceWorking() {
    return iceWorking;
  }

  boolean iceRestartWorking() {
    return iceRestarts;
  }

  boolean hasUnreliableChannel() {
    return unreliableChannel;
  }

  Duration connectDelay() {
    return connectDelay;
  }

  int trickledCandidates() {
    return trickledCandidates;
  }

  int maxMessageSize() {
    return maxMessageSize;
  }
}
