package to.clasp.hybrid.link;

import java.util.List;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.link.LinkMessage.Ack;
import to.clasp.hybrid.link.LinkMessage.Data;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Hello;

/** Messages that a test makes by hand. */
final class LinkMessages {

  private LinkMessages() {}

  static byte[] data(long from, long to, long first, Frame... frames) {
    return LinkCodec.encode(new Data(new Header(from, to, 0, 0), first, false, List.of(frames)));
  }

  static byte[] hello(long from, long to) {
    return LinkCodec.encode(new Hello(new Header(from, to, 0, 0), 0, 1_000, 1 << 20, false));
  }

  static byte[] ack(long from, long to, long below, int receipt) {
    return LinkCodec.encode(new Ack(new Header(from, to, below, receipt)));
  }
}
