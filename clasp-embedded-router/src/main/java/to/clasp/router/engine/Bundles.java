package to.clasp.router.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.router.session.Session;
import to.clasp.router.state.WriteResult;

/**
 * Handles BUNDLE (CLASP router behaviour, "BUNDLE"): one refused scope refuses the whole, then all
 * SETs are applied, then all PUBLISHes. The time it names is ignored, as in CLASP's own router.
 */
final class Bundles {

  private static final int REJECTED = 403;

  private final Delivery delivery;
  private final Parameters parameters;
  private final Publications publications;

  Bundles(Delivery delivery, Parameters parameters, Publications publications) {
    this.delivery = delivery;
    this.parameters = parameters;
    this.publications = publications;
  }

  void apply(Session session, BundleMessage bundle) {
    List<SetMessage> sets = new ArrayList<>();
    List<PublishMessage> publishes = new ArrayList<>();
    for (Message message : bundle.messages()) {
      if (message instanceof SetMessage set) {
        if (refused(session, "SET", set.address())) {
          return;
        }
        sets.add(set);
      } else if (message instanceof PublishMessage publish) {
        if (refused(session, "PUBLISH", publish.address())) {
          return;
        }
        publishes.add(publish);
      }
    }
    Long revision = null;
    for (SetMessage set : sets) {
      // A SET that is refused now is skipped; the bundle is acknowledged all the same.
      if (parameters.write(session, set) instanceof WriteResult.Stored stored) {
        revision = stored.revision();
      }
    }
    // Neither signals nor gestures are told apart here: they go to those that subscribe.
    publishes.forEach(publish -> publications.broadcast(publish, session, session.connection()));
    acknowledge(session, revision);
  }

  private boolean refused(Session session, String type, String address) {
    if (session.scopes().mayWrite(address)) {
      return false;
    }
    delivery.error(
        session.connection(),
        REJECTED,
        "Bundle rejected: insufficient scope for " + type + " to " + address,
        address);
    return true;
  }

  private void acknowledge(Session session, @Nullable Long revision) {
    delivery.reply(session.connection(), new AckMessage(null, revision, null, null, null));
  }
}
