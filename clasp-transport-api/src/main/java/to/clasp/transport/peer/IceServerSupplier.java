package to.clasp.transport.peer;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Gives the STUN and TURN servers of one attempt to link, such as TURN credentials that are valid
 * for minutes. Asked at the start of every attempt, whichever side began it, and at every ICE
 * restart.
 *
 * <p>Called by a thread that does nothing else, one of four at most, so it may block; but it should
 * not, for others wait meanwhile. An attempt waits for {@link RtcConfig#iceServerTimeout()}; when
 * that is over, or the supplier fails, the attempt fails with {@link
 * to.clasp.transport.CloseReason.Code#ICE_SERVERS_FAILED}, and no thread is held up.
 */
@FunctionalInterface
public interface IceServerSupplier {

  /**
   * Gives the servers.
   *
   * @return completes with the servers, which are used beside those of {@link
   *     RtcConfig#iceServers()}
   * @throws Exception if there are none to be had
   */
  CompletionStage<List<IceServer>> iceServers() throws Exception;
}
