package to.clasp.hybrid;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.memory.InMemoryNetwork;
import to.clasp.testkit.memory.InMemoryTransport;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.spi.TransportContext;

/**
 * The part of a router that links between peers depend on, in memory and on the loop of the test:
 * sessions, subscriptions, signals to sessions. It refuses and drops on command.
 */
final class MemoryRouter {

  static final String NAME = "router";
  static final String SIGNAL = "/clasp/p2p/signal/";
  static final String ANNOUNCE = "/clasp/p2p/announce";

  /** A client's connection. */
  final class Session implements TransportListener {
    private final InMemoryTransport transport;
    private final List<AddressPattern> subscriptions = new ArrayList<>();
    private @Nullable String id;
    private @Nullable String name;
    private boolean gone;

    /** The client's end, when it is one of another implementation. */
    @Nullable Transport plain;

    private Session(InMemoryTransport transport) {
      this.transport = transport;
    }

    String id() {
      if (id == null) {
        throw new AssertionError("there was no HELLO");
      }
      return id;
    }

    List<String> subscriptions() {
      return subscriptions.stream().map(AddressPattern::text).toList();
    }

    void send(Message message) {
      if (!transport.send(Frame.of(message)).isAccepted()) {
        throw new AssertionError("the connection of " + name + " takes no " + message);
      }
    }

    /** Sends unless the connection is ending. */
    private void deliver(Message message) {
      if (transport.state() == TransportState.OPEN && !gone) {
        transport.send(Frame.of(message));
      }
    }

    /** Publishes as a client of another implementation does. */
    void publish(String address, Value value) {
      if (plain == null
          || !plain
              .send(Frame.of(PublishMessage.of(address, SignalType.EVENT, value)))
              .isAccepted()) {
        throw new AssertionError("cannot publish as " + name);
      }
    }

    /** The signal of a type that came to a client of another implementation. */
    PublishMessage published(String type) {
      return received.stream()
          .map(Received::message)
          .filter(PublishMessage.class::isInstance)
          .map(PublishMessage.class::cast)
          .filter(publish -> publish.address().equals(SIGNAL + id()))
          .filter(
              publish -> publish.value() instanceof Value.Dict map && type.equals(map.text("type")))
          .findFirst()
          .orElseThrow();
    }

    /** Breaks the connection; the client notices. */
    void lose() {
      gone = true;
      transport.loseConnection();
    }

    /** Forgets the session without a word, as a router does after a time of silence. */
    void forget() {
      gone = true;
    }

    /** Stops reading, so that what the client sends gathers in its buffer, or reads again. */
    void pauseReading(boolean paused) {
      if (paused) {
        transport.pauseReading();
      } else {
        transport.resumeReading();
      }
    }

    @Override
    public void onOpen() {}

    @Override
    public void onFrame(Frame frame, FrameSource source) {
      Message message = frame.message();
      if (message instanceof HelloMessage hello) {
        name = hello.name();
        id = hello.name() + "-session-" + ++sessionNumbers;
        sessions.add(this);
        beforeWelcome.accept(this);
        send(new WelcomeMessage(1, Set.of(), 0, id(), "memory", null));
        return;
      }
      if (gone) {
        return;
      }
      received.add(new Received(this, message));
      ErrorMessage refusal = refusals.apply(message);
      if (refusal != null) {
        send(refusal);
      } else if (message instanceof SubscribeMessage subscribe) {
        subscriptions.add(AddressPattern.parse(subscribe.pattern()));
      } else if (message instanceof PublishMessage publish) {
        route(this, publish.address(), publish);
        for (int i = 0; i < copies && publish.address().startsWith(forwarded); i++) {
          route(this, publish.address(), publish);
        }
      } else if (message instanceof SetMessage set) {
        route(this, set.address(), set);
      }
    }

    @Override
    public void onClosed(CloseReason reason) {
      gone = true;
    }
  }

  /** What a client has sent. */
  record Received(Session from, Message message) {}

  private final InMemoryNetwork network;
  private final TransportContext context;
  private final List<Session> sessions = new ArrayList<>();
  private final List<Session> connections = new ArrayList<>();
  private final List<Received> received = new ArrayList<>();
  private Function<Message, @Nullable ErrorMessage> refusals = message -> null;
  private @Nullable AutoCloseable listening;
  private Consumer<Session> beforeWelcome = session -> {};
  private String forwarded = "";
  private int copies;
  private int sessionNumbers;

  MemoryRouter(InMemoryNetwork network, TransportContext context) {
    this.network = network;
    this.context = context;
  }

  void start() {
    listening =
        network.listen(
            NAME,
            context,
            ConnectionOptions.DEFAULTS,
            transport -> {
              Session session = new Session(transport);
              connections.add(session);
              transport.start(session);
            });
  }

  /** Breaks every connection and takes no new one. */
  void stop() {
    try {
      if (listening != null) {
        listening.close();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    listening = null;
    connections.forEach(Session::lose);
    connections.clear();
  }

  /** Answers messages with an error instead of handling them; null handles. */
  void refuse(Function<Message, @Nullable ErrorMessage> refusal) {
    refusals = refusal;
  }

  /** Does something between HELLO and WELCOME. */
  void beforeWelcome(Consumer<Session> action) {
    beforeWelcome = action;
  }

  /** Delivers what is published below an address more than once, as forwarding clients do. */
  void forward(String prefix, int extraCopies) {
    forwarded = prefix;
    copies = extraCopies;
  }

  /** The newest session of a client. */
  Session session(String name) {
    Session newest = null;
    for (Session session : sessions) {
      if (name.equals(session.name)) {
        newest = session;
      }
    }
    if (newest == null) {
      throw new AssertionError(name + " has had no session");
    }
    return newest;
  }

  /** What clients have published to addresses with a prefix, in order. */
  List<PublishMessage> published(String prefix) {
    return received.stream()
        .map(Received::message)
        .filter(PublishMessage.class::isInstance)
        .map(PublishMessage.class::cast)
        .filter(publish -> publish.address().startsWith(prefix))
        .toList();
  }

  /** What one client has sent, in order. */
  List<Message> sentBy(Session session) {
    return received.stream().filter(one -> one.from() == session).map(Received::message).toList();
  }

  void forgetWhatWasReceived() {
    received.clear();
  }

  private void route(Session from, String address, Message message) {
    if (address.startsWith(SIGNAL)) {
      String target = address.substring(SIGNAL.length());
      for (Session session : sessions) {
        if (target.equals(session.id) && !session.gone) {
          session.deliver(message);
          return;
        }
      }
      from.deliver(new ErrorMessage(404, "Session not found", address, null));
      return;
    }
    for (Session session : List.copyOf(sessions)) {
      if (!session.gone
          && session.subscriptions.stream().anyMatch(pattern -> pattern.matches(address))) {
        session.deliver(message);
      }
    }
  }
}
