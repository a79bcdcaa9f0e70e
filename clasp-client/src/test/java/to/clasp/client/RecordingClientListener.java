package to.clasp.client;

import java.time.Duration;
import java.util.List;
import to.clasp.client.ClaspException.Code;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.CloseReason;

/** Records what a client tells of itself. */
final class RecordingClientListener extends Recorder<RecordingClientListener.Event>
    implements ClientListener {

  sealed interface Event {}

  record Connected(SessionInfo session) implements Event {}

  record Interrupted(CloseReason reason, int attempt) implements Event {}

  record Writable() implements Event {}

  record RouterError(ClaspException error) implements Event {}

  record CallbackFailure(Subscription subscription, Throwable failure) implements Event {}

  record SlowCallback(Subscription subscription) implements Event {}

  record P2PUnavailable(String reason) implements Event {}

  record Closed(CloseReason reason) implements Event {}

  @Override
  public void onConnected(SessionInfo session) {
    record(new Connected(session));
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    record(new Interrupted(reason, attempt));
  }

  @Override
  public void onWritable() {
    record(new Writable());
  }

  @Override
  public void onRouterError(ClaspException error) {
    record(new RouterError(error));
  }

  @Override
  public void onCallbackFailure(Subscription subscription, Throwable failure) {
    record(new CallbackFailure(subscription, failure));
  }

  @Override
  public void onSlowCallback(Subscription subscription) {
    record(new SlowCallback(subscription));
  }

  @Override
  public void onP2PUnavailable(String reason) {
    record(new P2PUnavailable(reason));
  }

  @Override
  public void onClosed(CloseReason reason) {
    record(new Closed(reason));
  }

  List<Code> routerErrors() {
    return events(RouterError.class).stream().map(event -> event.error().code()).toList();
  }
}
