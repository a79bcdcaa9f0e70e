package to.clasp.transport.webrtc.network;

import java.net.NetworkInterface;
import java.net.SocketException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The network interfaces of this machine. */
final class Interfaces {

  private static final Logger LOG = LoggerFactory.getLogger(Interfaces.class);

  private Interfaces() {}

  /** Tells whether an interface besides loopback is up and has an address. */
  static boolean anyButLoopback() {
    try {
      return NetworkInterface.networkInterfaces().anyMatch(Interfaces::isUsable);
    } catch (SocketException e) {
      LOG.debug("Cannot list the network interfaces", e);
      return false;
    }
  }

  private static boolean isUsable(NetworkInterface each) {
    try {
      return each.isUp() && !each.isLoopback() && each.inetAddresses().findAny().isPresent();
    } catch (SocketException e) {
      // It went away while we looked.
      LOG.debug("Cannot read interface {}", each.getName(), e);
      return false;
    }
  }
}
