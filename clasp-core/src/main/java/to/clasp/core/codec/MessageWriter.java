package to.clasp.core.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.AnnounceMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Feature;
import to.clasp.core.message.FederationSyncMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.ParamState;
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

/** Writes messages in the compact binary form (CLASP wire format, "Message layouts"). */
final class MessageWriter {

  private MessageWriter() {}

  static void write(PayloadWriter out, Message message) {
    write(out, message, 0);
  }

  /** Code, flags and address of a SET; the data of the value follows. */
  static void setHead(PayloadWriter out, int flags, String address) {
    out.u8(MessageType.SET.code());
    out.u8(flags);
    out.string(address, "SET.address");
  }

  /** Code, flags and address of a PUBLISH; the value indicator follows. */
  static void publishHead(
      PayloadWriter out, SignalType signal, GesturePhase phase, int flags, String address) {
    out.u8(MessageType.PUBLISH.code());
    out.u8(signal.code() << 5 | flags | phase.code());
    out.string(address, "PUBLISH.address");
  }

  private static void write(PayloadWriter out, Message message, int bundleDepth) {
    if (message instanceof SetMessage set) {
      set(out, set);
      return;
    }
    if (message instanceof PublishMessage publish) {
      publish(out, publish);
      return;
    }
    out.u8(message.type().code());
    if (message instanceof BundleMessage bundle) {
      bundle(out, bundle, bundleDepth + 1);
    } else if (message instanceof HelloMessage hello) {
      hello(out, hello);
    } else if (message instanceof WelcomeMessage welcome) {
      welcome(out, welcome);
    } else if (message instanceof AnnounceMessage announce) {
      announce(out, announce);
    } else if (message instanceof FederationSyncMessage sync) {
      federationSync(out, sync);
    } else if (message instanceof SubscribeMessage subscribe) {
      subscribe(out, subscribe);
    } else if (message instanceof UnsubscribeMessage unsubscribe) {
      out.u32(unsubscribe.id());
    } else if (message instanceof GetMessage get) {
      out.string(get.address(), "GET.address");
    } else if (message instanceof SnapshotMessage snapshot) {
      snapshot(out, snapshot);
    } else if (message instanceof ReplayMessage replay) {
      replay(out, replay);
    } else if (message instanceof SyncMessage sync) {
      sync(out, sync);
    } else if (message instanceof AckMessage ack) {
      ack(out, ack);
    } else if (message instanceof ErrorMessage error) {
      error(out, error);
    } else if (message instanceof QueryMessage query) {
      out.string(query.pattern(), "QUERY.pattern");
    } else if (message instanceof ResultMessage result) {
      result(out, result);
    }
    // PING and PONG are their code and nothing else.
  }

  private static void set(PayloadWriter out, SetMessage set) {
    Long revision = set.revision();
    Ttl ttl = set.ttl();
    int flags =
        flag(0x80, revision != null)
            | flag(0x40, set.lock())
            | flag(0x20, set.unlock())
            | flag(0x10, ttl != null)
            | ValueWriter.code(set.value());
    setHead(out, flags, set.address());
    ValueWriter.writeData(out, set.value(), "SET.value");
    optionalU64(out, revision);
    if (ttl != null) {
      out.u32(ttl.mode() == Ttl.Mode.ABSOLUTE ? 0x8000_0000 | ttl.seconds() : ttl.seconds());
    }
  }

  private static void publish(PayloadWriter out, PublishMessage publish) {
    Long timestamp = publish.timestamp();
    Integer id = publish.id();
    int flags = flag(0x10, timestamp != null) | flag(0x08, id != null);
    publishHead(out, publish.signal(), publish.phase(), flags, publish.address());
    if (publish.value() != null) {
      out.u8(1);
      ValueWriter.writeTyped(out, publish.value(), "PUBLISH.value");
    } else if (publish.samples() != null) {
      samples(out, publish.samples());
    } else {
      out.u8(0);
    }
    optionalU64(out, timestamp);
    optionalU32(out, id);
    optionalU32(out, publish.rate());
  }

  private static void samples(PayloadWriter out, List<Double> samples) {
    out.u8(2);
    out.u16(samples.size());
    for (double sample : samples) {
      out.f64(sample);
    }
  }

  private static void hello(PayloadWriter out, HelloMessage hello) {
    out.u8(hello.version());
    out.u8(Codes.featureMask(hello.features()));
    out.string(hello.name(), "HELLO.name");
    out.string(hello.token() == null ? "" : hello.token(), "HELLO.token");
  }

  private static void welcome(PayloadWriter out, WelcomeMessage welcome) {
    out.u8(welcome.version());
    // Federation has a bit in HELLO only.
    out.u8(Codes.featureMask(welcome.features()) & ~Feature.FEDERATION.bit());
    out.u64(welcome.time());
    out.string(welcome.session(), "WELCOME.session");
    out.string(welcome.name(), "WELCOME.name");
    out.string(welcome.token() == null ? "" : welcome.token(), "WELCOME.token");
  }

  private static void announce(PayloadWriter out, AnnounceMessage announce) {
    out.string(announce.namespace(), "ANNOUNCE.namespace");
    out.u16(announce.signals().size());
    for (SignalDefinition signal : announce.signals()) {
      SignalMeta meta = signal.meta();
      definition(out, signal, flag(0x04, meta != null), "ANNOUNCE.signals");
      if (meta != null) {
        meta(out, meta);
      }
    }
  }

  private static void result(PayloadWriter out, ResultMessage result) {
    out.u16(result.signals().size());
    for (SignalDefinition signal : result.signals()) {
      definition(out, signal, 0, "RESULT.signals");
    }
  }

  private static void definition(
      PayloadWriter out, SignalDefinition signal, int metaFlag, String field) {
    out.string(signal.address(), field);
    out.u8(signal.signal().code());
    out.u8(flag(0x01, signal.datatype() != null) | flag(0x02, signal.access() != null) | metaFlag);
    optionalString(out, signal.datatype(), field);
    optionalString(out, signal.access(), field);
  }

  private static void meta(PayloadWriter out, SignalMeta meta) {
    String field = "ANNOUNCE.signals.meta";
    SignalMeta.Range range = meta.range();
    out.u8(
        flag(0x01, meta.unit() != null)
            | flag(0x02, range != null)
            | flag(0x04, meta.defaultValue() != null)
            | flag(0x08, meta.description() != null));
    optionalString(out, meta.unit(), field);
    if (range != null) {
      out.f64(range.min());
      out.f64(range.max());
    }
    if (meta.defaultValue() != null) {
      ValueWriter.writeTyped(out, meta.defaultValue(), field);
    }
    optionalString(out, meta.description(), field);
  }

  private static void federationSync(PayloadWriter out, FederationSyncMessage sync) {
    out.u8(sync.op().code());
    out.u16(sync.patterns().size());
    sync.patterns().forEach(pattern -> out.string(pattern, "FEDERATION_SYNC.patterns"));
    out.u16(sync.revisions().size());
    sync.revisions()
        .forEach(
            (address, revision) -> {
              out.string(address, "FEDERATION_SYNC.revisions");
              out.u64(revision);
            });
    out.u8(flag(0x80, sync.sinceRevision() != null) | flag(0x40, sync.origin() != null));
    optionalU64(out, sync.sinceRevision());
    optionalString(out, sync.origin(), "FEDERATION_SYNC.origin");
  }

  private static void subscribe(PayloadWriter out, SubscribeMessage subscribe) {
    out.u32(subscribe.id());
    out.string(subscribe.pattern(), "SUBSCRIBE.pattern");
    out.u8(Codes.typeMask(subscribe.types()));
    SubscribeOptions options = subscribe.options();
    if (options == null) {
      out.u8(0);
      return;
    }
    Double epsilon = options.epsilon();
    out.u8(
        flag(0x01, options.maxRate() != null)
            | flag(0x02, epsilon != null)
            | flag(0x04, options.history() != null)
            | flag(0x08, options.window() != null));
    optionalU32(out, options.maxRate());
    if (epsilon != null) {
      out.f64(epsilon);
    }
    optionalU32(out, options.history());
    optionalU32(out, options.window());
  }

  private static void snapshot(PayloadWriter out, SnapshotMessage snapshot) {
    out.u16(snapshot.params().size());
    for (ParamState param : snapshot.params()) {
      out.string(param.address(), "SNAPSHOT.params.address");
      ValueWriter.writeTyped(out, param.value(), "SNAPSHOT.params.value");
      out.u64(param.revision());
      out.u8(flag(0x01, param.writer() != null) | flag(0x02, param.timestamp() != null));
      optionalString(out, param.writer(), "SNAPSHOT.params.writer");
      optionalU64(out, param.timestamp());
    }
  }

  private static void replay(PayloadWriter out, ReplayMessage replay) {
    out.u8(
        flag(0x80, replay.from() != null)
            | flag(0x40, replay.to() != null)
            | flag(0x20, replay.limit() != null));
    out.string(replay.pattern(), "REPLAY.pattern");
    optionalU64(out, replay.from());
    optionalU64(out, replay.to());
    optionalU32(out, replay.limit());
    out.u8(Codes.typeMask(replay.types()));
  }

  private static void bundle(PayloadWriter out, BundleMessage bundle, int depth) {
    if (depth > FrameFormat.MAX_BUNDLE_DEPTH) {
      throw new NestingTooDeepException("BUNDLE", FrameFormat.MAX_BUNDLE_DEPTH);
    }
    out.u8(flag(0x80, bundle.timestamp() != null));
    out.u16(bundle.messages().size());
    optionalU64(out, bundle.timestamp());
    for (Message message : bundle.messages()) {
      int slot = out.openLength();
      write(out, message, depth);
      out.fillLength(slot);
    }
  }

  private static void sync(PayloadWriter out, SyncMessage sync) {
    out.u8(flag(0x01, sync.t2() != null) | flag(0x02, sync.t3() != null));
    out.u64(sync.t1());
    optionalU64(out, sync.t2());
    optionalU64(out, sync.t3());
  }

  private static void ack(PayloadWriter out, AckMessage ack) {
    Boolean locked = ack.locked();
    out.u8(
        flag(0x01, ack.address() != null)
            | flag(0x02, ack.revision() != null)
            | flag(0x04, locked != null)
            | flag(0x08, ack.holder() != null)
            | flag(0x10, ack.correlationId() != null));
    optionalString(out, ack.address(), "ACK.address");
    optionalU64(out, ack.revision());
    if (locked != null) {
      out.u8(locked ? 1 : 0);
    }
    optionalString(out, ack.holder(), "ACK.holder");
    optionalU32(out, ack.correlationId());
  }

  private static void error(PayloadWriter out, ErrorMessage error) {
    out.u16(error.code());
    out.string(error.message(), "ERROR.message");
    out.u8(flag(0x01, error.address() != null) | flag(0x02, error.correlationId() != null));
    optionalString(out, error.address(), "ERROR.address");
    optionalU32(out, error.correlationId());
  }

  private static int flag(int bit, boolean present) {
    return present ? bit : 0;
  }

  private static void optionalString(PayloadWriter out, @Nullable String text, String field) {
    if (text != null) {
      out.string(text, field);
    }
  }

  private static void optionalU32(PayloadWriter out, @Nullable Integer number) {
    if (number != null) {
      out.u32(number);
    }
  }

  private static void optionalU64(PayloadWriter out, @Nullable Long number) {
    if (number != null) {
      out.u64(number);
    }
  }
}
