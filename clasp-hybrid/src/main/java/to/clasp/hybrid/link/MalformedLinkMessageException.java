package to.clasp.hybrid.link;

import java.io.Serial;

/** A message of a peer is none of the link layer, or makes no sense. */
final class MalformedLinkMessageException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  MalformedLinkMessageException(String message) {
    super(message);
  }
}
