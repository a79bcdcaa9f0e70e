package to.clasp.transport.peer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;

/**
 * What is known of one peer at one moment. Immutable, cheap to ask for.
 *
 * @param peerId the peer
 * @param sessionId the peer's session on the router, or null when unknown
 * @param state state of the relation
 * @param path the path that a reliable frame to the peer takes now, or null when there is none
 * @param breaker state of its circuit breaker
 * @param candidatePair how packets travel, or null when there is no link or the pair is unknown
 * @param roundTrip measured on the direct link, or null when unknown
 * @param framesSent frames sent directly, each once
 * @param framesSentAgain numbered frames that were sent once more because the path had changed or
 *     they were not acknowledged, on any path
 * @param framesReceived frames received directly
 * @param bytesSent bytes of the frames sent directly
 * @param bytesReceived bytes received directly
 * @param framesDropped frames of this peer that were dropped, in either direction
 * @param attempts attempts to link since the peer is known
 * @param lastFailure why the last link or attempt ended, or null
 */
public record PeerSnapshot(
    String peerId,
    @Nullable String sessionId,
    PeerState state,
    @Nullable Path path,
    BreakerState breaker,
    @Nullable CandidatePair candidatePair,
    @Nullable Duration roundTrip,
    long framesSent,
    long framesSentAgain,
    long framesReceived,
    long bytesSent,
    long bytesReceived,
    long framesDropped,
    int attempts,
    @Nullable CloseReason lastFailure) {}
