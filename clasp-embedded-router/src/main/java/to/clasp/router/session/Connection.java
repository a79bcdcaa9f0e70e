package to.clasp.router.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;

/**
 * The connection of one client: its state, and its messages in both directions. Messages are
 * handled strictly one after another. Confined to the event loop.
 */
public final class Connection {

  /** Where a connection is in its life. Each state leads only to later ones. */
  public enum State {
    /** No HELLO was accepted yet. */
    AWAITING_HELLO,
    /** Requests are handled. */
    OPEN,
    /** Nothing that the client sends is looked at. The socket is open. */
    MUTE,
    /** The socket is gone. */
    CLOSED
  }

  private final Wire wire;
  private final Outbox outbox;
  private final BiConsumer<Connection, byte[]> handler;
  private final ArrayDeque<byte[]> inbox = new ArrayDeque<>();
  private final List<Session> sessions = new ArrayList<>();

  private State state = State.AWAITING_HELLO;
  private @Nullable Session session;
  private EventLoop.@Nullable Timer handshakeTimer;
  private int waitsFor;
  private boolean handling;

  /**
   * Makes a connection.
   *
   * @param wire the socket
   * @param loop where everything happens
   * @param queueCapacity how many frames to the client may wait
   * @param handler handles a message
   */
  public Connection(
      Wire wire, EventLoop loop, int queueCapacity, BiConsumer<Connection, byte[]> handler) {
    this.wire = wire;
    this.outbox = new Outbox(wire, loop, queueCapacity);
    this.handler = handler;
  }

  /**
   * Returns the state.
   *
   * @return the state
   */
  public State state() {
    return state;
  }

  /**
   * Returns the queue to the client.
   *
   * @return the queue
   */
  public Outbox outbox() {
    return outbox;
  }

  /**
   * Returns the session that requests belong to: that of the latest HELLO.
   *
   * @return the session, or null before the first HELLO
   */
  public @Nullable Session session() {
    return session;
  }

  /**
   * Returns all sessions that were opened here.
   *
   * @return the sessions, the latest last
   */
  public List<Session> sessions() {
    return List.copyOf(sessions);
  }

  /**
   * Waits for the HELLO.
   *
   * @param timer fires when it has not come
   */
  public void awaitHello(EventLoop.Timer timer) {
    handshakeTimer = timer;
  }

  /**
   * Begins a session; a second one may follow on the same connection.
   *
   * @param opened the session
   */
  public void open(Session opened) {
    moveTo(State.OPEN);
    session = opened;
    sessions.add(opened);
  }

  /**
   * Forgets a session that ended while the connection lives on.
   *
   * @param ended the session
   */
  public void ended(Session ended) {
    sessions.remove(ended);
  }

  /** Stops listening to the client; the socket stays open. */
  public void mute() {
    moveTo(State.MUTE);
    inbox.forEach(message -> wire.consumed(message.length));
    inbox.clear();
  }

  /**
   * Closes the socket with a close frame, after what is queued.
   *
   * @param status the status of RFC 6455
   * @param reason a short text
   */
  public void close(int status, String reason) {
    mute();
    outbox.flush();
    wire.close(status, reason);
  }

  /** Ends the TCP connection. */
  public void abort() {
    wire.abort();
  }

  /** The socket is gone. */
  public void closed() {
    if (state != State.CLOSED) {
      moveTo(State.CLOSED);
      inbox.clear();
      outbox.close();
    }
  }

  /**
   * Takes a message of the client.
   *
   * @param message the bytes
   */
  public void received(byte[] message) {
    if (state == State.CLOSED) {
      return;
    }
    inbox.add(message);
    handleInbox();
  }

  /**
   * Makes this connection wait, if the queue of another, or its own, has more than it should:
   * nothing more is handled until there is room.
   *
   * @param target the connection that was sent to
   */
  public void waitForRoom(Connection target) {
    if (target.outbox.overfull()) {
      waitsFor++;
      target.outbox.await(this);
    }
  }

  void resume() {
    waitsFor--;
    handleInbox();
  }

  private void handleInbox() {
    if (handling) {
      return;
    }
    handling = true;
    try {
      while (waitsFor == 0 && state != State.CLOSED && !inbox.isEmpty()) {
        byte[] message = inbox.remove();
        if (state != State.MUTE) {
          handler.accept(this, message);
        }
        wire.consumed(message.length);
      }
    } finally {
      handling = false;
    }
  }

  private void moveTo(State next) {
    if (next.compareTo(state) < 0) {
      throw new IllegalStateException("a connection does not go from " + state + " to " + next);
    }
    if (handshakeTimer != null) {
      handshakeTimer.cancel();
      handshakeTimer = null;
    }
    state = next;
  }
}
