package to.clasp.client;

import to.clasp.transport.Path;

/** Hears what became of a frame, once. Called on any thread, perhaps under the sender's lock. */
interface SendOutcome {

  void accepted(Path path);

  void failed(ClaspException failure);
}
