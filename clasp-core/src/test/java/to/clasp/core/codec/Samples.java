package to.clasp.core.codec;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Builders;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
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

/**
 * Arbitrary messages that have a form of their own on the wire. What has none is left out: options
 * without any option, federation among the features of a WELCOME, samples beside a value.
 */
final class Samples {

  private static final Arbitrary<Long> U64 = Arbitraries.longs();
  private static final Arbitrary<Integer> U32 = Arbitraries.integers();

  private Samples() {}

  /** Strings that have a UTF-8 form, often with characters of two, three and four bytes. */
  static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ascii().ofMaxLength(20),
        Arbitraries.of("", "é", "/日本/x", "😀😀", "\uFEFF/a", "\0", "a\u07FFb\u0800c"),
        Arbitraries.strings()
            .withChars('a', 'é', '日')
            .ofMaxLength(10)
            .map(text -> text + "\uD83D\uDE00"));
  }

  static Arbitrary<Value> values() {
    return values(3);
  }

  private static Arbitrary<Value> values(int depth) {
    Arbitrary<Value> scalars =
        Arbitraries.oneOf(
            Arbitraries.of(
                Value.Null.INSTANCE,
                Value.of(true),
                Value.of(false),
                Value.of(Double.NaN),
                Value.of(-0.0),
                Value.of(Double.NEGATIVE_INFINITY),
                Value.of(Double.MIN_VALUE)),
            Arbitraries.longs().map(Value::of),
            Arbitraries.doubles().map(Value::of),
            texts().map(Value::of),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(Value.Bytes::copyOf));
    if (depth == 0) {
      return scalars;
    }
    return Arbitraries.frequencyOf(
        Tuple.of(4, scalars),
        Tuple.of(
            1, Arbitraries.lazy(() -> values(depth - 1)).list().ofMaxSize(5).map(Value.Array::new)),
        Tuple.of(
            1,
            Arbitraries.maps(texts(), Arbitraries.lazy(() -> values(depth - 1)))
                .ofMaxSize(5)
                .map(Value.Dict::new)));
  }

  static Arbitrary<Message> messages() {
    return Arbitraries.frequencyOf(
        Tuple.of(12, flatMessages()),
        Tuple.of(
            1,
            Combinators.combine(U64.injectNull(0.5), flatMessages().list().ofMaxSize(4))
                .as(BundleMessage::new)),
        Tuple.of(
            1,
            flatMessages()
                .map(message -> new BundleMessage(null, List.of(message)))
                .map(bundle -> new BundleMessage(1L, List.of(bundle, new PingMessage())))));
  }

  private static Arbitrary<Message> flatMessages() {
    return Arbitraries.oneOf(
        sets(),
        publishes(),
        requests(),
        handshakes(),
        definitions(true).list().ofMaxSize(3).map(list -> new AnnounceMessage("/n", list)),
        definitions(false).list().ofMaxSize(3).map(ResultMessage::new),
        params().list().ofMaxSize(4).map(SnapshotMessage::new),
        answers(),
        federation());
  }

  private static Arbitrary<Message> sets() {
    Arbitrary<Ttl> ttls =
        Arbitraries.oneOf(
            Arbitraries.just(Ttl.never()),
            Arbitraries.integers().greaterOrEqual(1).map(Ttl::sliding),
            Arbitraries.integers().greaterOrEqual(0).map(Ttl::absolute));
    Arbitrary<Boolean> flags = Arbitraries.of(true, false);
    return Combinators.combine(
            texts(), values(), U64.injectNull(0.5), flags, flags, ttls.injectNull(0.5))
        .as(SetMessage::new);
  }

  private static Arbitrary<Message> publishes() {
    Arbitrary<List<Double>> samples = Arbitraries.doubles().list().ofMaxSize(8);
    return Builders.withBuilder(PublishParts::new)
        .use(texts())
        .inSetter((parts, address) -> parts.address = address)
        .use(Arbitraries.of(SignalType.class))
        .inSetter((parts, signal) -> parts.signal = signal)
        .use(values().injectNull(0.4))
        .inSetter((parts, value) -> parts.value = value)
        .use(samples.injectNull(0.5))
        .inSetter((parts, list) -> parts.samples = list)
        .use(Arbitraries.of(GesturePhase.class))
        .inSetter((parts, phase) -> parts.phase = phase)
        .use(U64.injectNull(0.5))
        .inSetter((parts, timestamp) -> parts.timestamp = timestamp)
        .use(U32.injectNull(0.5))
        .inSetter((parts, id) -> parts.id = id)
        .use(U32.injectNull(0.5))
        .inSetter((parts, rate) -> parts.rate = rate)
        .build(PublishParts::message);
  }

  private static Arbitrary<Message> requests() {
    Arbitrary<Set<SignalType>> types = Arbitraries.of(SignalType.class).set();
    Arbitrary<SubscribeOptions> options =
        Combinators.combine(
                U32.injectNull(0.4),
                Arbitraries.doubles().injectNull(0.4),
                U32.injectNull(0.4),
                U32.injectNull(0.4))
            .as(SubscribeOptions::new)
            .filter(given -> !given.equals(new SubscribeOptions(null, null, null, null)));
    return Arbitraries.oneOf(
        Combinators.combine(U32, texts(), types, options.injectNull(0.4)).as(SubscribeMessage::new),
        Combinators.combine(
                texts(), U64.injectNull(0.5), U64.injectNull(0.5), U32.injectNull(0.5), types)
            .as(ReplayMessage::new),
        U32.map(UnsubscribeMessage::new),
        texts().map(GetMessage::new),
        texts().map(QueryMessage::new),
        Combinators.combine(U64, U64.injectNull(0.5), U64.injectNull(0.5)).as(SyncMessage::new),
        Arbitraries.of(new PingMessage(), new PongMessage()));
  }

  private static Arbitrary<Message> handshakes() {
    Arbitrary<Integer> versions = Arbitraries.integers().between(0, 255);
    Arbitrary<String> tokens = texts().injectNull(0.5);
    return Arbitraries.oneOf(
        Combinators.combine(versions, Arbitraries.of(Feature.class).set(), texts(), tokens)
            .as(HelloMessage::new),
        Combinators.combine(
                versions,
                Arbitraries.of(Feature.class).filter(f -> f != Feature.FEDERATION).set(),
                U64,
                texts(),
                texts(),
                tokens)
            .as(WelcomeMessage::new));
  }

  private static Arbitrary<Message> answers() {
    return Arbitraries.oneOf(
        Combinators.combine(
                texts().injectNull(0.5),
                U64.injectNull(0.5),
                Arbitraries.of(true, false).injectNull(0.5),
                texts().injectNull(0.5),
                U32.injectNull(0.5))
            .as(AckMessage::new),
        Combinators.combine(
                Arbitraries.integers().between(0, 65_535),
                texts(),
                texts().injectNull(0.5),
                U32.injectNull(0.5))
            .as(ErrorMessage::new));
  }

  private static Arbitrary<Message> federation() {
    Arbitrary<Map<String, Long>> revisions = Arbitraries.maps(texts(), U64).ofMaxSize(4);
    return Combinators.combine(
            Arbitraries.of(FederationOp.class),
            texts().list().ofMaxSize(3),
            revisions,
            U64.injectNull(0.5),
            texts().injectNull(0.5))
        .as(FederationSyncMessage::new);
  }

  private static Arbitrary<SignalDefinition> definitions(boolean withMeta) {
    Arbitrary<SignalMeta.Range> ranges =
        Combinators.combine(Arbitraries.doubles(), Arbitraries.doubles()).as(SignalMeta.Range::new);
    Arbitrary<SignalMeta> metas =
        Combinators.combine(
                texts().injectNull(0.5),
                ranges.injectNull(0.5),
                values().injectNull(0.5),
                texts().injectNull(0.5))
            .as(SignalMeta::new);
    return Combinators.combine(
            texts(),
            Arbitraries.of(SignalType.class),
            texts().injectNull(0.5),
            texts().injectNull(0.5),
            metas.injectNull(withMeta ? 0.3 : 1))
        .as(SignalDefinition::new);
  }

  private static Arbitrary<ParamState> params() {
    return Combinators.combine(texts(), values(), U64, texts().injectNull(0.5), U64.injectNull(0.5))
        .as(ParamState::new);
  }

  private static final class PublishParts {
    private String address = "";
    private SignalType signal = SignalType.EVENT;
    private @Nullable Value value;
    private @Nullable List<Double> samples;
    private GesturePhase phase = GesturePhase.START;
    private @Nullable Long timestamp;
    private @Nullable Integer id;
    private @Nullable Integer rate;

    private Message message() {
      return new PublishMessage(
          address, signal, value, value == null ? samples : null, phase, timestamp, id, rate);
    }
  }
}
