package to.clasp.testkit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class UdpRelayTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void carriesPacketsBothWaysAndHidesTheRealPorts() throws IOException {
    try (UdpRelay relay = UdpRelay.start();
        DatagramSocket a = open();
        DatagramSocket b = open()) {
      send(a, relay.frontOf(b.getLocalPort()), "to b");
      DatagramPacket atB = receive(b);
      assertThat(text(atB)).isEqualTo("to b");
      assertThat(atB.getPort()).isEqualTo(relay.frontOf(a.getLocalPort()));

      send(b, atB.getPort(), "to a");
      DatagramPacket atA = receive(a);
      assertThat(text(atA)).isEqualTo("to a");
      assertThat(atA.getPort()).isEqualTo(relay.frontOf(b.getLocalPort()));
      assertThat(relay.forwarded()).isEqualTo(2);
    }
  }

  @Test
  void dropsEverythingWhileCutAndCarriesAgainWhenRestored() throws IOException {
    try (UdpRelay relay = UdpRelay.start();
        DatagramSocket a = open();
        DatagramSocket b = open();
        DatagramSocket probe = open()) {
      int front = relay.frontOf(b.getLocalPort());
      relay.cut();
      send(a, front, "lost");
      // Packets of one socket are handled in order, so when the second one counts the first has.
      send(probe, front, "lost too");
      b.setSoTimeout(200);
      assertThatThrownBy(() -> receive(b)).isInstanceOf(SocketTimeoutException.class);
      assertThat(relay.dropped()).isEqualTo(2);

      relay.restore();
      b.setSoTimeout(10_000);
      send(a, front, "through");
      assertThat(text(receive(b))).isEqualTo("through");
    }
  }

  @Test
  void endsItsThreadAndTakesNoMorePortsWhenClosed() {
    UdpRelay relay = UdpRelay.start();
    relay.close();
    relay.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("clasp-udp-relay") && thread.isAlive());
    assertThatThrownBy(() -> relay.frontOf(1)).isInstanceOf(IllegalStateException.class);
  }

  private static DatagramSocket open() throws IOException {
    DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(DatagramSocket socket, int port, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    socket.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, port));
  }

  private static DatagramPacket receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
    socket.receive(packet);
    return packet;
  }

  private static String text(DatagramPacket packet) {
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }
}
