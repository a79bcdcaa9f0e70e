package to.clasp.core.vectors;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.AnnounceMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Feature;
import to.clasp.core.message.FederationOp;
import to.clasp.core.message.FederationSyncMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QueryMessage;
import to.clasp.core.message.ReplayMessage;
import to.clasp.core.message.ResultMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.message.SignalMeta;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.SubscribeOptions;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.Ttl;
import to.clasp.core.message.UnsubscribeMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;

/** Turns the notation of the vector files into messages. What has no place in ours is left out. */
public final class Notation {

  private final JsonObject json;

  private Notation(JsonObject json) {
    this.json = json;
  }

  /** Reads a message. */
  public static Message message(JsonObject json) {
    return new Notation(json).message();
  }

  /** Reads a value. */
  public static Value value(JsonObject json) {
    return switch (json.get("type").getAsString()) {
      case "null" -> Value.Null.INSTANCE;
      case "bool" -> Value.of(json.get("value").getAsBoolean());
      case "i64" -> Value.of(Long.parseLong(json.get("value").getAsString()));
      case "f64" -> Value.of(number(json));
      case "string" -> Value.of(json.get("value").getAsString());
      case "bytes" -> Value.Bytes.copyOf(HexFormat.of().parseHex(json.get("hex").getAsString()));
      case "array" ->
          new Value.Array(
              each(json.getAsJsonArray("items"), item -> value(item.getAsJsonObject())));
      case "map" -> {
        Map<String, Value> entries = new LinkedHashMap<>();
        for (JsonElement entry : json.getAsJsonArray("entries")) {
          JsonArray pair = entry.getAsJsonArray();
          entries.put(pair.get(0).getAsString(), value(pair.get(1).getAsJsonObject()));
        }
        yield new Value.Dict(entries);
      }
      default -> throw new IllegalStateException("unknown value " + json);
    };
  }

  private Message message() {
    String type = string("type");
    return switch (type) {
      case "HELLO" ->
          new HelloMessage(
              json.get("version").getAsInt(), features(), string("name"), optional("token"));
      case "WELCOME" ->
          new WelcomeMessage(
              json.get("version").getAsInt(),
              features(),
              u64("time"),
              string("session"),
              string("name"),
              optional("token"));
      case "ANNOUNCE" -> new AnnounceMessage(string("namespace"), definitions(true));
      case "FEDERATION_SYNC" -> federationSync();
      case "SUBSCRIBE" ->
          new SubscribeMessage(u32("id"), string("pattern"), types(), subscribeOptions());
      case "UNSUBSCRIBE" -> new UnsubscribeMessage(u32("id"));
      case "PUBLISH" -> publish();
      case "SET" ->
          new SetMessage(
              string("address"),
              value(json.getAsJsonObject("value")),
              optionalU64("revision"),
              flag("lock"),
              flag("unlock"),
              ttl());
      case "GET" -> new GetMessage(string("address"));
      case "SNAPSHOT" ->
          new SnapshotMessage(each(json.getAsJsonArray("params"), item -> param(item)));
      case "REPLAY" ->
          new ReplayMessage(
              string("pattern"),
              optionalU64("from"),
              optionalU64("to"),
              optionalU32("limit"),
              types());
      case "BUNDLE" ->
          new BundleMessage(
              optionalU64("timestamp"),
              each(json.getAsJsonArray("messages"), item -> message(item.getAsJsonObject())));
      case "SYNC" -> new SyncMessage(u64("t1"), optionalU64("t2"), optionalU64("t3"));
      case "PING" -> new PingMessage();
      case "PONG" -> new PongMessage();
      case "ACK" ->
          new AckMessage(
              optional("address"),
              optionalU64("revision"),
              json.has("locked") ? flag("locked") : null,
              optional("holder"),
              optionalU32("correlationId"));
      case "ERROR" ->
          new ErrorMessage(
              json.get("code").getAsInt(),
              string("message"),
              optional("address"),
              optionalU32("correlationId"));
      case "QUERY" -> new QueryMessage(string("pattern"));
      case "RESULT" -> new ResultMessage(definitions(false));
      default -> throw new IllegalStateException("unknown message " + type);
    };
  }

  private Message publish() {
    String slot = json.has("value") ? "value" : "payload";
    Value value = json.has(slot) ? value(json.getAsJsonObject(slot)) : null;
    List<Double> samples =
        value != null || !json.has("samples")
            ? null
            : each(json.getAsJsonArray("samples"), item -> sample(item));
    return new PublishMessage(
        string("address"),
        json.has("signal") ? signal(string("signal")) : SignalType.EVENT,
        value,
        samples,
        json.has("phase")
            ? GesturePhase.valueOf(string("phase").toUpperCase(Locale.ROOT))
            : GesturePhase.START,
        optionalU64("timestamp"),
        optionalU32("id"),
        optionalU32("rate"));
  }

  private Message federationSync() {
    Map<String, Long> revisions = new HashMap<>();
    for (JsonElement entry : json.getAsJsonArray("revisions")) {
      JsonArray pair = entry.getAsJsonArray();
      revisions.put(pair.get(0).getAsString(), Long.parseUnsignedLong(pair.get(1).getAsString()));
    }
    FederationOp op = FederationOp.fromCode(json.get("opCode").getAsInt());
    if (op == null) {
      throw new IllegalStateException("unknown operation " + json);
    }
    return new FederationSyncMessage(
        op,
        each(json.getAsJsonArray("patterns"), JsonElement::getAsString),
        revisions,
        optionalU64("sinceRevision"),
        optional("origin"));
  }

  private Set<Feature> features() {
    Set<Feature> features = new HashSet<>();
    boolean welcome = string("type").equals("WELCOME");
    for (JsonElement name : json.getAsJsonArray("features")) {
      for (Feature feature : Feature.values()) {
        if (feature.name().toLowerCase(Locale.ROOT).equals(name.getAsString())
            && !(welcome && feature == Feature.FEDERATION)) {
          features.add(feature);
        }
      }
    }
    return features;
  }

  private Set<SignalType> types() {
    return json.has("types")
        ? new HashSet<>(each(json.getAsJsonArray("types"), name -> signal(name.getAsString())))
        : Set.of();
  }

  private @Nullable SubscribeOptions subscribeOptions() {
    if (!json.has("options")) {
      return null;
    }
    Notation options = new Notation(json.getAsJsonObject("options"));
    return new SubscribeOptions(
        options.optionalU32("maxRate"),
        options.optionalF64("epsilon"),
        options.optionalU32("history"),
        options.optionalU32("window"));
  }

  private List<SignalDefinition> definitions(boolean withMeta) {
    return each(
        json.getAsJsonArray("signals"),
        item -> {
          Notation signal = new Notation(item.getAsJsonObject());
          return new SignalDefinition(
              signal.string("address"),
              signal(signal.string("signalType")),
              signal.optional("datatype"),
              signal.optional("access"),
              withMeta ? signal.meta() : null);
        });
  }

  private @Nullable SignalMeta meta() {
    if (!json.has("meta")) {
      return null;
    }
    Notation meta = new Notation(json.getAsJsonObject("meta"));
    JsonArray range = meta.json.getAsJsonArray("range");
    return new SignalMeta(
        meta.optional("unit"),
        range == null ? null : new SignalMeta.Range(sample(range.get(0)), sample(range.get(1))),
        meta.json.has("default") ? value(meta.json.getAsJsonObject("default")) : null,
        meta.optional("description"));
  }

  private static ParamState param(JsonElement item) {
    Notation param = new Notation(item.getAsJsonObject());
    return new ParamState(
        param.string("address"),
        value(param.json.getAsJsonObject("value")),
        param.u64("revision"),
        param.optional("writer"),
        param.optionalU64("timestamp"));
  }

  private @Nullable Ttl ttl() {
    if (!json.has("ttl")) {
      return null;
    }
    JsonObject ttl = json.getAsJsonObject("ttl");
    int seconds = ttl.has("seconds") ? ttl.get("seconds").getAsInt() : 0;
    return switch (ttl.get("mode").getAsString()) {
      case "never" -> Ttl.never();
      // Zero sliding seconds cannot be told from "never" on the wire.
      case "sliding" -> seconds == 0 ? Ttl.never() : Ttl.sliding(seconds);
      case "absolute" -> Ttl.absolute(seconds);
      default -> throw new IllegalStateException("unknown lifetime " + ttl);
    };
  }

  private static double sample(JsonElement element) {
    if (element.isJsonObject()) {
      return number(element.getAsJsonObject());
    }
    return special(element.getAsString());
  }

  private static double number(JsonObject json) {
    if (json.has("bits")) {
      return Double.longBitsToDouble(Long.parseUnsignedLong(json.get("bits").getAsString(), 16));
    }
    return special(json.get("value").getAsString());
  }

  /** Double.parseDouble knows NaN, Infinity, -Infinity and -0 too. */
  private static double special(String text) {
    return Double.parseDouble(text);
  }

  private static SignalType signal(String name) {
    return SignalType.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private boolean flag(String member) {
    return json.has(member) && json.get(member).getAsBoolean();
  }

  private String string(String member) {
    return json.get(member).getAsString();
  }

  private @Nullable String optional(String member) {
    return json.has(member) ? string(member) : null;
  }

  private int u32(String member) {
    return Integer.parseUnsignedInt(string(member));
  }

  private @Nullable Integer optionalU32(String member) {
    return json.has(member) ? (Integer) u32(member) : null;
  }

  private @Nullable Double optionalF64(String member) {
    return json.has(member) ? (Double) json.get(member).getAsDouble() : null;
  }

  private long u64(String member) {
    return Long.parseUnsignedLong(string(member));
  }

  private @Nullable Long optionalU64(String member) {
    return json.has(member) ? (Long) u64(member) : null;
  }

  private static <T> List<T> each(JsonArray array, Function<JsonElement, T> element) {
    List<T> list = new ArrayList<>();
    array.forEach(item -> list.add(element.apply(item)));
    return list;
  }
}
