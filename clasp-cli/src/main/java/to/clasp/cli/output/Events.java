package to.clasp.cli.output;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import to.clasp.client.Delivery;
import to.clasp.client.Update;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.PeerEvent;

/** Prints what clients hear and do: one method for each kind of event. */
public final class Events {

  private final Output output;

  /**
   * Makes a printer.
   *
   * @param output where to
   */
  public Events(Output output) {
    this.output = output;
  }

  /**
   * A subscription heard something.
   *
   * @param update what
   */
  public void heard(Update update) {
    JsonObject json = event("value");
    json.addProperty("address", update.address());
    json.add("value", JsonValues.toJson(update.value()));
    json.addProperty("type", lower(update.signal()));
    json.addProperty("path", name(update.path()));
    json.addProperty("peer", update.source().peerId());
    json.addProperty("revision", update.revision());
    json.addProperty("timestamp", update.timestamp());
    if (update.signal() == SignalType.GESTURE) {
      json.addProperty("gesture", update.gestureId());
      json.addProperty("phase", update.phase() == null ? null : lower(update.phase()));
    }
    StringBuilder text = new StringBuilder(assignment(update.address(), update.value()));
    if (update.signal() != SignalType.PARAM) {
      text.append("  ").append(lower(update.signal()));
      if (update.phase() != null) {
        text.append(' ').append(update.gestureId()).append(' ').append(lower(update.phase()));
      }
    }
    if (update.path() == Path.P2P) {
      text.append("  directly from ").append(update.source().peerId());
    }
    output.event(text.toString(), json);
  }

  /**
   * Something was sent.
   *
   * @param how the command
   * @param address where
   * @param value what
   * @param delivery what became of it
   */
  public void sent(String how, String address, Value value, Delivery delivery) {
    JsonObject json = event(how);
    json.addProperty("address", address);
    json.add("value", JsonValues.toJson(value));
    json.addProperty("path", name(delivery.path()));
    json.addProperty("revision", delivery.revision());
    String revision =
        delivery.revision() == null
            ? ""
            : "  revision " + Long.toUnsignedString(delivery.revision());
    output.event(assignment(address, value) + revision, json);
  }

  /**
   * A parameter was asked for.
   *
   * @param address where
   * @param value what it is
   */
  public void got(String address, Value value) {
    JsonObject json = event("get");
    json.addProperty("address", address);
    json.add("value", JsonValues.toJson(value));
    output.event(text(value), json);
  }

  /**
   * This side is a peer that others can reach.
   *
   * @param id its id
   * @param router the router
   */
  public void reachable(String id, String router) {
    JsonObject json = event("reachable");
    json.addProperty("peer", id);
    json.addProperty("router", router);
    output.event("reachable at /peer/" + id + "/** through " + router, json);
  }

  /**
   * Something happened to the relation with a peer.
   *
   * @param event what
   */
  public void peer(PeerEvent event) {
    if (event instanceof PeerEvent.Connecting connecting) {
      JsonObject json = peerEvent("connecting", event);
      json.addProperty("role", lower(connecting.role()));
      json.addProperty("attempt", connecting.attempt());
      output.event("linking with " + event.peerId() + " …", json);
    } else if (event instanceof PeerEvent.Connected) {
      output.event("linked with " + event.peerId(), peerEvent("connected", event));
    } else if (event instanceof PeerEvent.PathChanged changed) {
      pathChanged(changed);
    } else if (event instanceof PeerEvent.Failed failed) {
      JsonObject json = ended("failed", event, failed.reason());
      output.event(
          "the link with " + event.peerId() + " failed: " + failed.reason().message(), json);
    } else if (event instanceof PeerEvent.CandidatePairChanged pair) {
      candidatePair(pair);
    } else if (event instanceof PeerEvent.StepReached step) {
      JsonObject json = peerEvent("step", event);
      json.addProperty("step", lower(step.step()));
      output.forPrograms(json);
    } else if (event instanceof PeerEvent.StateChanged state) {
      JsonObject json = peerEvent("state", event);
      json.addProperty("from", lower(state.from()));
      json.addProperty("to", lower(state.to()));
      json.addProperty("code", state.cause() == null ? null : lower(state.cause().code()));
      output.forPrograms(json);
    } else if (event instanceof PeerEvent.IceServerFailed server) {
      JsonObject json = peerEvent("ice_server_failed", event);
      json.addProperty("url", server.error().url());
      json.addProperty("code", server.error().code());
      json.addProperty("reason", server.error().text());
      output.event(server.error().toString(), json);
    } else if (event instanceof PeerEvent.Closed closed) {
      JsonObject json = ended("closed", event, closed.reason());
      output.event(
          "the link with " + event.peerId() + " is closed: " + closed.reason().message(), json);
    }
  }

  private void candidatePair(PeerEvent.CandidatePairChanged changed) {
    CandidatePair pair = changed.candidatePair();
    JsonObject json = peerEvent("pair", changed);
    json.addProperty("relayed", pair.relayed());
    json.add("local", candidate(pair.local()));
    json.add("remote", candidate(pair.remote()));
    output.event(
        "packets for "
            + changed.peerId()
            + (pair.relayed() ? " travel through a TURN server: " : " travel directly: ")
            + text(pair.local())
            + " to "
            + text(pair.remote()),
        json);
  }

  private static JsonObject candidate(CandidatePair.Candidate candidate) {
    JsonObject json = new JsonObject();
    json.addProperty("type", lower(candidate.type()));
    json.addProperty("protocol", candidate.protocol());
    json.addProperty("family", candidate.family() == null ? null : lower(candidate.family()));
    json.addProperty("address", candidate.address());
    json.addProperty("port", candidate.port());
    json.addProperty("relayed", candidate.relayed());
    json.addProperty("relay_protocol", candidate.relayProtocol());
    return json;
  }

  private static String text(CandidatePair.Candidate candidate) {
    String type = lower(candidate.type()).replace('_', '-');
    return candidate.address() == null
        ? type
        : type + " " + candidate.address() + " " + candidate.port() + "/" + candidate.protocol();
  }

  private void pathChanged(PeerEvent.PathChanged changed) {
    JsonObject json = peerEvent("path", changed);
    json.addProperty("from", name(changed.from()));
    json.addProperty("to", name(changed.to()));
    json.addProperty("cause", changed.cause() == null ? null : changed.cause().message());
    String how =
        changed.to() == null
            ? "cannot travel"
            : changed.to() == Path.P2P ? "travel directly" : "travel through the router";
    String cause = changed.cause() == null ? "" : ": " + changed.cause().message();
    output.event("values for " + changed.peerId() + " " + how + cause, json);
  }

  private static JsonObject ended(String name, PeerEvent event, CloseReason reason) {
    JsonObject json = peerEvent(name, event);
    json.addProperty("code", lower(reason.code()));
    json.addProperty("reason", reason.message());
    return json;
  }

  private static JsonObject peerEvent(String name, PeerEvent event) {
    JsonObject json = event(name);
    json.addProperty("peer", event.peerId());
    json.addProperty("at", event.at().toString());
    return json;
  }

  private static JsonObject event(String name) {
    JsonObject json = new JsonObject();
    json.addProperty("event", name);
    return json;
  }

  private static String assignment(String address, Value value) {
    return address + " = " + text(value);
  }

  /** Text as it is, everything else as JSON. */
  private static String text(Value value) {
    JsonElement json = JsonValues.toJson(value);
    return json instanceof JsonPrimitive primitive ? primitive.getAsString() : json.toString();
  }

  private static @Nullable String name(@Nullable Path path) {
    return path == null ? null : lower(path);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
