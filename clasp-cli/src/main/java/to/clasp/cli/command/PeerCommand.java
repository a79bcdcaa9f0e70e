package to.clasp.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import to.clasp.cli.output.Events;
import to.clasp.cli.output.Output;
import to.clasp.client.Clasp;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerPattern;

/** Is a peer. */
@Command(
    name = "peer",
    description = {
      "Be a peer that others reach at /peer/<ID>/**, directly where they can, until Ctrl-C.",
      "",
      "Prints what comes to these addresses and by which way, and what becomes of direct links.",
    },
    footer = {
      "",
      "Examples, each in a terminal of its own:",
      "  clasp router",
      "  clasp peer stage --echo",
      "  clasp peer desk --link stage",
      "  clasp emit /peer/stage/echo/desk/hello 1"
    })
public final class PeerCommand implements Callable<Integer> {

  @Mixin private final StandardOptions standard = new StandardOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final IceOptions ice = new IceOptions();

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The name under which others reach this peer; without / and *.")
  private String id = "";

  @Option(
      names = "--echo",
      description =
          "Send what comes to /peer/<ID>/echo/** back to /peer/<sender>/echo/**. A router does not"
              + " tell who sent a value; what comes through it is sent back to the peer that the"
              + " first segment behind echo names.")
  private boolean echo;

  @Option(
      names = "--link",
      paramLabel = "PEER",
      description =
          "Link with this peer as soon as it is there, not only when there is something to send.")
  private List<String> links = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    PeerPattern.requireValidPeerId(id);
    P2POptions p2p = P2POptions.builder().peerId(id).rtcConfig(ice.rtcConfig()).build();
    Output output = standard.open();
    Events events = new Events(output);
    SessionNotes notes = new SessionNotes(output);
    try (Clasp clasp = connect.client().name(id).withP2P(p2p).listener(notes).connect()) {
      clasp.onPeerEvent(events::peer);
      var unusedValues = clasp.on("/peer/" + id + "/**", events::heard);
      if (echo) {
        var unusedEcho = clasp.on(Echo.pattern(id), new Echo(clasp, id, output));
      }
      events.reachable(id, connect.router());
      links.forEach(peer -> new PersistentLink(clasp, peer).begin());
      Answers.await(CompletableFuture.anyOf(notes.refused(), output.abandoned()));
    }
    return ExitCode.OK.code();
  }
}
