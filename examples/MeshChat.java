import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import to.clasp.client.ClaspP2P;
import to.clasp.client.ClaspP2PBuilder;
import to.clasp.router.EmbeddedRouter;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.RtcConfig;

/**
 * A chat without a server in the middle: everybody links with everybody, and what one says is
 * broadcast. Without arguments three friends say hello to each other; with the URL of a router and
 * a name it is a chat with whoever else uses that router, line by line.
 */
public final class MeshChat {

  private MeshChat() {}

  private static ClaspP2PBuilder member(URI router, String name) {
    return ClaspP2P.builder().signaling(router).clientId(name).mesh(true);
  }

  public static void main(String[] args) throws Exception {
    if (args.length == 2) {
      chat(URI.create(args[0]), args[1]);
    } else {
      friends(List.of("ann", "ben", "eve"));
    }
  }

  private static void chat(URI router, String name) {
    try (ClaspP2P me = member(router, name).connect();
        Scanner typed = new Scanner(System.in)) {
      me.onBroadcast(
          said -> System.out.println(said.source().peerId() + ": " + said.value().toJava()));
      me.onEvent(
          event -> {
            if (event instanceof PeerEvent.Connected) {
              System.out.println("* " + event.peerId() + " is here");
            } else if (event instanceof PeerEvent.Left) {
              System.out.println("* " + event.peerId() + " has left");
            }
          });
      while (typed.hasNextLine()) {
        me.broadcast("/chat", typed.nextLine());
      }
    }
  }

  private static void friends(List<String> names) throws InterruptedException {
    CountDownLatch links = new CountDownLatch(names.size() * (names.size() - 1));
    CountDownLatch heard = new CountDownLatch(names.size() * (names.size() - 1));
    RtcConfig here = RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build();
    List<ClaspP2P> members = new ArrayList<>();
    try (EmbeddedRouter router = EmbeddedRouter.builder().port(0).start()) {
      for (String name : names) {
        ClaspP2P member = member(router.uri(), name).rtcConfig(here).connect();
        members.add(member);
        member.onPeer(peer -> links.countDown());
        member.onBroadcast(
            said -> {
              System.out.printf(
                  "%s hears %s say %s%n",
                  member.id(), said.source().peerId(), said.value().toJava());
              heard.countDown();
            });
      }
      await(links, "links");
      for (ClaspP2P member : members) {
        member.broadcast("/chat", "hello");
      }
      await(heard, "hellos");
      System.out.println("everybody has heard everybody");
    } finally {
      members.forEach(ClaspP2P::close);
    }
  }

  private static void await(CountDownLatch what, String name) throws InterruptedException {
    if (!what.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException(what.getCount() + " " + name + " are missing");
    }
  }
}
