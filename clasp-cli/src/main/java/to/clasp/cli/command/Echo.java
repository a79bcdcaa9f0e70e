package to.clasp.cli.command;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import to.clasp.cli.output.Output;
import to.clasp.client.Clasp;
import to.clasp.client.Delivery;
import to.clasp.client.Update;
import to.clasp.client.UpdateHandler;
import to.clasp.core.message.GesturePhase;
import to.clasp.transport.peer.PeerPattern;

/**
 * Sends back what comes to {@code /peer/<me>/echo/**}, as the same kind of data: to {@code
 * /peer/<sender>/echo/**}, the rest of the address unchanged.
 *
 * <p>A direct link says who the sender is. A router does not, so what comes through it names its
 * sender in the first segment behind {@code echo}. What names ourselves there is our own, on its
 * way home, and is not sent back again.
 */
final class Echo implements UpdateHandler {

  private final Clasp clasp;
  private final String id;
  private final Output output;

  Echo(Clasp clasp, String id, Output output) {
    this.clasp = clasp;
    this.id = id;
    this.output = output;
  }

  static String pattern(String id) {
    return prefix(id) + "**";
  }

  private static String prefix(String id) {
    return "/peer/" + id + "/echo/";
  }

  @Override
  public void onUpdate(Update update) {
    String answer = answerTo(id, update.address(), update.source().peerId());
    if (answer != null) {
      var unused =
          send(answer, update)
              .exceptionally(
                  failure -> {
                    output.note("cannot answer to " + answer + ": " + failure.getMessage());
                    return null;
                  });
    }
  }

  private CompletableFuture<Delivery> send(String address, Update update) {
    return switch (update.signal()) {
      case PARAM -> clasp.set(address, update.value());
      case STREAM -> clasp.stream(address, update.value());
      case GESTURE ->
          clasp.gesture(
              address,
              Objects.requireNonNullElse(update.gestureId(), 0),
              Objects.requireNonNullElse(update.phase(), GesturePhase.MOVE),
              update.value());
      case EVENT, TIMELINE -> clasp.emit(address, update.value());
    };
  }

  /** Where the answer goes, or null for none. */
  static @Nullable String answerTo(String me, String address, @Nullable String linkedPeer) {
    String prefix = prefix(me);
    if (!address.startsWith(prefix)) {
      return null;
    }
    String rest = address.substring(prefix.length());
    int end = rest.indexOf('/');
    String named = end < 0 ? rest : rest.substring(0, end);
    if (named.equals(me)) {
      return null;
    }
    return prefix(PeerPattern.requireValidPeerId(linkedPeer == null ? named : linkedPeer)) + rest;
  }
}
