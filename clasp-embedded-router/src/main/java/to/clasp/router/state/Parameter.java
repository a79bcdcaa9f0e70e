package to.clasp.router.state;

import org.jspecify.annotations.Nullable;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.Ttl;
import to.clasp.core.value.Value;

/** One stored parameter. */
final class Parameter {

  final String address;
  Value value;
  long revision;
  String writer;
  long writtenMicros;
  long writtenNanos;
  @Nullable String lockHolder;
  @Nullable Ttl ttl;

  Parameter(String address, Value value, String writer) {
    this.address = address;
    this.value = value;
    this.writer = writer;
  }

  ParamState state() {
    return new ParamState(address, value, revision, writer, writtenMicros);
  }
}
