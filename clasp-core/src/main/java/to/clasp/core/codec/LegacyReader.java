package to.clasp.core.codec;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
import to.clasp.core.message.MessageType;
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

/**
 * Reads messages in the legacy MessagePack form (CLASP wire format, "Legacy MessagePack payloads").
 * Nobody writes it any more; it is here to understand old peers. What the compact form cannot carry
 * (capabilities, the metadata of an announcement as a whole, timeline keyframes) is left out.
 */
final class LegacyReader {

  /** The order in which the Rust router numbers the messages, which is not that of their codes. */
  private static final List<MessageType> BY_INDEX =
      List.of(
          MessageType.HELLO,
          MessageType.WELCOME,
          MessageType.ANNOUNCE,
          MessageType.SUBSCRIBE,
          MessageType.UNSUBSCRIBE,
          MessageType.PUBLISH,
          MessageType.SET,
          MessageType.GET,
          MessageType.SNAPSHOT,
          MessageType.REPLAY,
          MessageType.FEDERATION_SYNC,
          MessageType.BUNDLE,
          MessageType.SYNC,
          MessageType.PING,
          MessageType.PONG,
          MessageType.ACK,
          MessageType.ERROR,
          MessageType.QUERY,
          MessageType.RESULT);

  private final LegacyMap map;
  private final int bundleDepth;

  private LegacyReader(LegacyMap map, int bundleDepth) {
    this.map = map;
    this.bundleDepth = bundleDepth;
  }

  /** Reads a payload that starts with a MessagePack map. */
  static Message read(PayloadReader in) {
    if (new MsgPackReader(in).read() instanceof LegacyMap map) {
      return new LegacyReader(map, 0).message();
    }
    throw in.malformed("legacy payload", "no map");
  }

  private Message message() {
    return switch (type()) {
      case HELLO ->
          new HelloMessage(
              map.u8("version"), features(), map.string("name"), map.optionalString("token"));
      case WELCOME ->
          new WelcomeMessage(
              map.u8("version"),
              welcomeFeatures(),
              map.u64("time"),
              map.string("session"),
              map.string("name"),
              map.optionalString("token"));
      case ANNOUNCE ->
          new AnnounceMessage(
              map.string("namespace"), map.listOrEmpty("signals", this::definition));
      case FEDERATION_SYNC -> federationSync();
      case SUBSCRIBE ->
          new SubscribeMessage(
              map.u32("id"), map.string("pattern"), types(), options(map.optionalMap("options")));
      case UNSUBSCRIBE -> new UnsubscribeMessage(map.u32("id"));
      case PUBLISH -> publish();
      case SET ->
          new SetMessage(
              map.string("address"),
              map.value("value"),
              map.optionalU64("revision"),
              map.flag("lock"),
              map.flag("unlock"),
              ttl(map.get("ttl")));
      case GET -> new GetMessage(map.string("address"));
      case SNAPSHOT -> new SnapshotMessage(map.list("params", this::param));
      case REPLAY ->
          new ReplayMessage(
              map.string("pattern"),
              map.optionalU64("from"),
              map.optionalU64("to"),
              map.optionalU32("limit"),
              types());
      case BUNDLE -> bundle();
      case SYNC -> new SyncMessage(map.u64("t1"), map.optionalU64("t2"), map.optionalU64("t3"));
      case PING -> new PingMessage();
      case PONG -> new PongMessage();
      case ACK ->
          new AckMessage(
              map.optionalString("address"),
              map.optionalU64("revision"),
              map.optionalBool("locked"),
              map.optionalString("holder"),
              map.optionalU32("correlation_id"));
      case ERROR ->
          new ErrorMessage(
              map.u16("code"),
              map.string("message"),
              map.optionalString("address"),
              map.optionalU32("correlation_id"));
      case QUERY -> new QueryMessage(map.string("pattern"));
      case RESULT -> new ResultMessage(map.list("signals", this::definition));
    };
  }

  private MessageType type() {
    Object type = map.get("type");
    if (type instanceof Long index) {
      return BY_INDEX.get((int) map.integer("type", index, BY_INDEX.size() - 1));
    }
    return constant(MessageType.class, "type", map.string("type"));
  }

  private Message publish() {
    Value value = map.optionalValue("value");
    Value payload = map.optionalValue("payload");
    List<Double> samples = map.optionalList("samples", item -> map.f64("samples", item));
    String phase = map.optionalString("phase");
    Value carried = value != null ? value : payload;
    return new PublishMessage(
        map.string("address"),
        map.get("signal") == null ? SignalType.EVENT : signal(map.string("signal")),
        carried,
        carried == null ? samples : null,
        phase == null ? GesturePhase.START : lowerCase(GesturePhase.class, "phase", phase),
        map.optionalU64("timestamp"),
        map.optionalU32("id"),
        map.optionalU32("rate"));
  }

  private Message bundle() {
    if (bundleDepth >= FrameFormat.MAX_BUNDLE_DEPTH) {
      throw map.malformed(
          "messages", "nested deeper than " + FrameFormat.MAX_BUNDLE_DEPTH + " levels");
    }
    return new BundleMessage(
        map.optionalU64("timestamp"),
        map.list(
            "messages",
            item -> new LegacyReader(nested("messages", item), bundleDepth + 1).message()));
  }

  private Message federationSync() {
    String op = map.string("op");
    FederationOp operation =
        switch (op) {
          case "DeclareNamespaces" -> FederationOp.DECLARE_NAMESPACES;
          case "RequestSync" -> FederationOp.REQUEST_SYNC;
          case "RevisionVector" -> FederationOp.REVISION_VECTOR;
          case "SyncComplete" -> FederationOp.SYNC_COMPLETE;
          default -> throw map.malformed("op", "unknown: " + op);
        };
    return new FederationSyncMessage(
        operation,
        map.listOrEmpty("patterns", item -> text("patterns", item)),
        map.u64MapOrEmpty("revisions"),
        map.optionalU64("since_revision"),
        map.optionalString("origin"));
  }

  private Set<Feature> features() {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    List<String> names = map.listOrEmpty("features", item -> text("features", item));
    for (Feature feature : Feature.values()) {
      if (names.contains(feature.name().toLowerCase(Locale.ROOT))) {
        features.add(feature);
      }
    }
    return features;
  }

  private Set<Feature> welcomeFeatures() {
    Set<Feature> features = features();
    features.remove(Feature.FEDERATION);
    return features;
  }

  private Set<SignalType> types() {
    List<SignalType> types = map.listOrEmpty("types", item -> signal(text("types", item)));
    return types.isEmpty() ? Set.of() : EnumSet.copyOf(types);
  }

  private static @Nullable SubscribeOptions options(@Nullable LegacyMap options) {
    if (options == null) {
      return null;
    }
    return new SubscribeOptions(
        options.optionalU32("max_rate"),
        options.optionalF64("epsilon"),
        options.optionalU32("history"),
        options.optionalU32("window"));
  }

  private SignalDefinition definition(Object item) {
    LegacyMap signal = nested("signals", item);
    return new SignalDefinition(
        signal.string("address"),
        signal(signal.string("type")),
        signal.optionalString("datatype"),
        signal.optionalString("access"),
        meta(signal.optionalMap("meta")));
  }

  private static @Nullable SignalMeta meta(@Nullable LegacyMap meta) {
    if (meta == null) {
      return null;
    }
    List<Double> range = meta.optionalList("range", item -> meta.f64("range", item));
    if (range != null && range.size() != 2) {
      throw meta.malformed("range", "two numbers wanted, not " + range.size());
    }
    return new SignalMeta(
        meta.optionalString("unit"),
        range == null ? null : new SignalMeta.Range(range.get(0), range.get(1)),
        meta.optionalValue("default"),
        meta.optionalString("description"));
  }

  private ParamState param(Object item) {
    LegacyMap param = nested("params", item);
    return new ParamState(
        param.string("address"),
        param.value("value"),
        param.u64("revision"),
        param.optionalString("writer"),
        param.optionalU64("timestamp"));
  }

  private @Nullable Ttl ttl(@Nullable Object ttl) {
    if (ttl == null) {
      return null;
    }
    if (ttl.equals("Never")) {
      return Ttl.never();
    }
    Map.Entry<String, @Nullable Object> entry = nested("ttl", ttl).single("ttl");
    Object given = entry.getValue();
    if (given == null) {
      throw map.malformed("ttl", "without seconds");
    }
    // The compact form has 31 bits for the seconds; more than 68 years is as good as 68 years.
    int seconds = (int) Math.min(Integer.MAX_VALUE, map.integer("ttl", given, 0xFFFF_FFFFL));
    return switch (entry.getKey()) {
      // Zero seconds become "never" as soon as a router passes them on.
      case "Sliding" -> seconds == 0 ? Ttl.never() : Ttl.sliding(seconds);
      case "Absolute" -> Ttl.absolute(seconds);
      default -> throw map.malformed("ttl", "unknown: " + entry.getKey());
    };
  }

  private SignalType signal(String name) {
    return lowerCase(SignalType.class, "signal", name);
  }

  private LegacyMap nested(String key, Object item) {
    return map.element(key, item, LegacyMap.class, "a map");
  }

  private String text(String key, Object item) {
    return map.element(key, item, String.class, "a string");
  }

  private <E extends Enum<E>> E lowerCase(Class<E> type, String key, String name) {
    if (!name.equals(name.toLowerCase(Locale.ROOT))) {
      throw map.malformed(key, "unknown: " + name);
    }
    return constant(type, key, name.toUpperCase(Locale.ROOT));
  }

  private <E extends Enum<E>> E constant(Class<E> type, String key, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw map.malformed(key, "unknown: " + name);
  }
}
