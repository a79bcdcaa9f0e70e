package to.clasp.core.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * Reads messages in the compact binary form (CLASP wire format, "Message layouts"). Reserved bits
 * and bytes after the message are ignored, as the router does.
 */
final class MessageReader {

  /** A string is at least its length. */
  private static final int LEAST_STRING = 2;

  private MessageReader() {}

  static Message read(PayloadReader in) {
    return read(in, 0);
  }

  /** Reads the type code that starts a payload. */
  static MessageType type(PayloadReader in) {
    int at = in.offset();
    int code = in.u8("message.type");
    MessageType type = MessageType.fromCode(code);
    if (type == null) {
      throw new MalformedFrameException("message.type", at, "unknown message type " + code);
    }
    return type;
  }

  private static Message read(PayloadReader in, int bundleDepth) {
    return switch (type(in)) {
      case SET -> set(in);
      case PUBLISH -> publish(in);
      case HELLO -> hello(in);
      case WELCOME -> welcome(in);
      case ANNOUNCE -> announce(in);
      case FEDERATION_SYNC -> federationSync(in);
      case SUBSCRIBE -> subscribe(in);
      case UNSUBSCRIBE -> new UnsubscribeMessage(in.u32("UNSUBSCRIBE.id"));
      case GET -> new GetMessage(in.address("GET.address"));
      case SNAPSHOT -> snapshot(in);
      case REPLAY -> replay(in);
      case BUNDLE -> bundle(in, bundleDepth + 1);
      case SYNC -> sync(in);
      case PING -> new PingMessage();
      case PONG -> new PongMessage();
      case ACK -> ack(in);
      case ERROR -> error(in);
      case QUERY -> new QueryMessage(in.string("QUERY.pattern"));
      case RESULT -> result(in);
    };
  }

  private static Message set(PayloadReader in) {
    int flags = in.u8("SET.flags");
    String address = in.address("SET.address");
    Value value = ValueReader.readData(in, flags & 0x0F, "SET.value");
    Long revision = (flags & 0x80) != 0 ? in.u64("SET.revision") : null;
    Ttl ttl = (flags & 0x10) != 0 ? ttl(in.u32("SET.ttl")) : null;
    return new SetMessage(address, value, revision, (flags & 0x40) != 0, (flags & 0x20) != 0, ttl);
  }

  private static Ttl ttl(int raw) {
    if (raw == 0) {
      return Ttl.never();
    }
    return raw < 0 ? Ttl.absolute(raw & 0x7FFF_FFFF) : Ttl.sliding(raw);
  }

  private static Message publish(PayloadReader in) {
    int flags = in.u8("PUBLISH.flags");
    SignalType signal = Codes.signal(flags >> 5);
    GesturePhase phase = Codes.phase(flags & 0x07);
    String address = in.address("PUBLISH.address");
    int indicator = in.u8("PUBLISH.indicator");
    Value value = indicator == 1 ? ValueReader.readTyped(in, "PUBLISH.value") : null;
    List<Double> samples = indicator == 2 ? samples(in) : null;
    Long timestamp = (flags & 0x10) != 0 ? in.u64("PUBLISH.timestamp") : null;
    Integer id = (flags & 0x08) != 0 ? in.u32("PUBLISH.id") : null;
    // The rate has no flag: it is there when four bytes are left.
    Integer rate = in.remaining() >= 4 ? in.u32("PUBLISH.rate") : null;
    return new PublishMessage(address, signal, value, samples, phase, timestamp, id, rate);
  }

  private static List<Double> samples(PayloadReader in) {
    Double[] samples = new Double[in.count(Double.BYTES, "PUBLISH.samples")];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = in.f64("PUBLISH.samples");
    }
    return Arrays.asList(samples);
  }

  private static Message hello(PayloadReader in) {
    return new HelloMessage(
        in.u8("HELLO.version"),
        Codes.features(in.u8("HELLO.features")),
        in.string("HELLO.name"),
        token(in, "HELLO.token"));
  }

  private static Message welcome(PayloadReader in) {
    int version = in.u8("WELCOME.version");
    // Federation has a bit in HELLO only.
    int features = in.u8("WELCOME.features") & ~Feature.FEDERATION.bit();
    return new WelcomeMessage(
        version,
        Codes.features(features),
        in.u64("WELCOME.time"),
        in.string("WELCOME.session"),
        in.string("WELCOME.name"),
        token(in, "WELCOME.token"));
  }

  /** A token is always on the wire; an empty one means none. */
  private static @Nullable String token(PayloadReader in, String field) {
    String token = in.string(field);
    return token.isEmpty() ? null : token;
  }

  private static Message announce(PayloadReader in) {
    String namespace = in.string("ANNOUNCE.namespace");
    return new AnnounceMessage(namespace, definitions(in, true, "ANNOUNCE.signals"));
  }

  private static Message result(PayloadReader in) {
    return new ResultMessage(definitions(in, false, "RESULT.signals"));
  }

  private static List<SignalDefinition> definitions(
      PayloadReader in, boolean withMeta, String field) {
    int count = in.count(LEAST_STRING + 2, field);
    List<SignalDefinition> definitions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String address = in.string(field);
      SignalType signal = Codes.signal(in.u8(field));
      int options = in.u8(field);
      String datatype = (options & 0x01) != 0 ? in.string(field) : null;
      String access = (options & 0x02) != 0 ? in.string(field) : null;
      SignalMeta meta = withMeta && (options & 0x04) != 0 ? meta(in) : null;
      definitions.add(new SignalDefinition(address, signal, datatype, access, meta));
    }
    return definitions;
  }

  private static SignalMeta meta(PayloadReader in) {
    String field = "ANNOUNCE.signals.meta";
    int flags = in.u8(field);
    String unit = (flags & 0x01) != 0 ? in.string(field) : null;
    SignalMeta.Range range =
        (flags & 0x02) != 0 ? new SignalMeta.Range(in.f64(field), in.f64(field)) : null;
    Value defaultValue = (flags & 0x04) != 0 ? ValueReader.readTyped(in, field) : null;
    String description = (flags & 0x08) != 0 ? in.string(field) : null;
    return new SignalMeta(unit, range, defaultValue, description);
  }

  private static Message federationSync(PayloadReader in) {
    int at = in.offset();
    int code = in.u8("FEDERATION_SYNC.op");
    FederationOp op = FederationOp.fromCode(code);
    if (op == null) {
      throw new MalformedFrameException("FEDERATION_SYNC.op", at, "unknown operation " + code);
    }
    int patternCount = in.count(LEAST_STRING, "FEDERATION_SYNC.patterns");
    List<String> patterns = new ArrayList<>(patternCount);
    for (int i = 0; i < patternCount; i++) {
      patterns.add(in.string("FEDERATION_SYNC.patterns"));
    }
    int revisionCount = in.count(LEAST_STRING + Long.BYTES, "FEDERATION_SYNC.revisions");
    Map<String, Long> revisions = new LinkedHashMap<>();
    for (int i = 0; i < revisionCount; i++) {
      revisions.put(in.string("FEDERATION_SYNC.revisions"), in.u64("FEDERATION_SYNC.revisions"));
    }
    int flags = in.u8("FEDERATION_SYNC.flags");
    Long since = (flags & 0x80) != 0 ? in.u64("FEDERATION_SYNC.since") : null;
    String origin = (flags & 0x40) != 0 ? in.string("FEDERATION_SYNC.origin") : null;
    return new FederationSyncMessage(op, patterns, revisions, since, origin);
  }

  private static Message subscribe(PayloadReader in) {
    int id = in.u32("SUBSCRIBE.id");
    String pattern = in.string("SUBSCRIBE.pattern");
    int types = in.u8("SUBSCRIBE.types");
    int flags = in.u8("SUBSCRIBE.options");
    SubscribeOptions options = flags == 0 ? null : options(in, flags);
    return new SubscribeMessage(id, pattern, Codes.types(types), options);
  }

  private static SubscribeOptions options(PayloadReader in, int flags) {
    return new SubscribeOptions(
        (flags & 0x01) != 0 ? in.u32("SUBSCRIBE.maxRate") : null,
        (flags & 0x02) != 0 ? in.f64("SUBSCRIBE.epsilon") : null,
        (flags & 0x04) != 0 ? in.u32("SUBSCRIBE.history") : null,
        (flags & 0x08) != 0 ? in.u32("SUBSCRIBE.window") : null);
  }

  private static Message snapshot(PayloadReader in) {
    int leastParam = LEAST_STRING + 1 + Long.BYTES + 1;
    int count = in.count(leastParam, "SNAPSHOT.params");
    List<ParamState> params = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String address = in.address("SNAPSHOT.params.address");
      Value value = ValueReader.readTyped(in, "SNAPSHOT.params.value");
      long revision = in.u64("SNAPSHOT.params.revision");
      int flags = in.u8("SNAPSHOT.params.options");
      String writer = (flags & 0x01) != 0 ? in.string("SNAPSHOT.params.writer") : null;
      Long timestamp = (flags & 0x02) != 0 ? in.u64("SNAPSHOT.params.timestamp") : null;
      params.add(new ParamState(address, value, revision, writer, timestamp));
    }
    return new SnapshotMessage(params);
  }

  private static Message replay(PayloadReader in) {
    int flags = in.u8("REPLAY.flags");
    String pattern = in.string("REPLAY.pattern");
    Long from = (flags & 0x80) != 0 ? in.u64("REPLAY.from") : null;
    Long to = (flags & 0x40) != 0 ? in.u64("REPLAY.to") : null;
    Integer limit = (flags & 0x20) != 0 ? in.u32("REPLAY.limit") : null;
    return new ReplayMessage(pattern, from, to, limit, Codes.types(in.u8("REPLAY.types")));
  }

  private static Message bundle(PayloadReader in, int depth) {
    if (depth > FrameFormat.MAX_BUNDLE_DEPTH) {
      throw in.malformed(
          "BUNDLE", "nested deeper than " + FrameFormat.MAX_BUNDLE_DEPTH + " levels");
    }
    int flags = in.u8("BUNDLE.flags");
    int at = in.offset();
    // The timestamp stands between the count and what is counted.
    int count = in.u16("BUNDLE.count");
    Long timestamp = (flags & 0x80) != 0 ? in.u64("BUNDLE.timestamp") : null;
    in.requireRoom(count, 3, at, "BUNDLE.count");
    List<Message> messages = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = in.u16("BUNDLE.messages");
      messages.add(read(in.slice(length, "BUNDLE.messages"), depth));
    }
    return new BundleMessage(timestamp, messages);
  }

  private static Message sync(PayloadReader in) {
    int flags = in.u8("SYNC.flags");
    return new SyncMessage(
        in.u64("SYNC.t1"),
        (flags & 0x01) != 0 ? in.u64("SYNC.t2") : null,
        (flags & 0x02) != 0 ? in.u64("SYNC.t3") : null);
  }

  private static Message ack(PayloadReader in) {
    int flags = in.u8("ACK.flags");
    return new AckMessage(
        (flags & 0x01) != 0 ? in.address("ACK.address") : null,
        (flags & 0x02) != 0 ? in.u64("ACK.revision") : null,
        (flags & 0x04) != 0 ? in.u8("ACK.locked") != 0 : null,
        (flags & 0x08) != 0 ? in.string("ACK.holder") : null,
        (flags & 0x10) != 0 ? in.u32("ACK.correlationId") : null);
  }

  private static Message error(PayloadReader in) {
    int code = in.u16("ERROR.code");
    String message = in.string("ERROR.message");
    int flags = in.u8("ERROR.flags");
    return new ErrorMessage(
        code,
        message,
        (flags & 0x01) != 0 ? in.address("ERROR.address") : null,
        (flags & 0x02) != 0 ? in.u32("ERROR.correlationId") : null);
  }
}
