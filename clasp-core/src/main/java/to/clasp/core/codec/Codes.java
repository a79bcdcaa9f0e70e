package to.clasp.core.codec;

import java.util.EnumSet;
import java.util.Set;
import to.clasp.core.message.Feature;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SignalType;

/**
 * The codes of enumerations and bit sets, read the way the Rust router reads them: what is
 * unassigned falls back to a default instead of failing.
 */
final class Codes {

  /** Value type codes. */
  static final int NULL = 0x00;

  static final int BOOL = 0x01;
  static final int INT8 = 0x02;
  static final int INT16 = 0x03;
  static final int INT32 = 0x04;
  static final int INT64 = 0x05;
  static final int FLOAT32 = 0x06;
  static final int FLOAT64 = 0x07;
  static final int TEXT = 0x08;
  static final int BYTES = 0x09;
  static final int ARRAY = 0x0A;
  static final int MAP = 0x0B;

  /** SUBSCRIBE and REPLAY: no filter by signal type. */
  static final int ALL_TYPES = 0xFF;

  private static final SignalType[] SIGNALS = SignalType.values();
  private static final GesturePhase[] PHASES = GesturePhase.values();
  private static final QoS[] QOS = QoS.values();
  private static final Feature[] FEATURES = Feature.values();

  private Codes() {}

  static SignalType signal(int code) {
    return code < SIGNALS.length ? SIGNALS[code] : SignalType.EVENT;
  }

  static GesturePhase phase(int code) {
    return code < PHASES.length ? PHASES[code] : GesturePhase.START;
  }

  static QoS qos(int code) {
    return code < QOS.length ? QOS[code] : QoS.FIRE;
  }

  static int typeMask(Set<SignalType> types) {
    if (types.isEmpty()) {
      return ALL_TYPES;
    }
    int mask = 0;
    for (SignalType type : types) {
      mask |= 1 << type.code();
    }
    return mask;
  }

  static Set<SignalType> types(int mask) {
    Set<SignalType> types = EnumSet.noneOf(SignalType.class);
    if (mask != ALL_TYPES) {
      for (SignalType type : SIGNALS) {
        if ((mask & 1 << type.code()) != 0) {
          types.add(type);
        }
      }
    }
    return types;
  }

  static int featureMask(Set<Feature> features) {
    int mask = 0;
    for (Feature feature : features) {
      mask |= feature.bit();
    }
    return mask;
  }

  static Set<Feature> features(int mask) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    for (Feature feature : FEATURES) {
      if ((mask & feature.bit()) != 0) {
        features.add(feature);
      }
    }
    return features;
  }
}
