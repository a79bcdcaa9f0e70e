package to.clasp.testkit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.contract.LeakCheck;
import to.clasp.testkit.fault.Seed;

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

  /** As a browser does, whose sockets are bound to the address of another interface. */
  @Test
  void answersASenderAtTheAddressThatItHas() throws IOException {
    try (UdpRelay relay = UdpRelay.start();
        DatagramSocket elsewhere = openAt(new byte[] {127, 0, 0, 2});
        DatagramSocket b = open()) {
      send(elsewhere, relay.frontOf(b.getLocalPort()), "to b");
      DatagramPacket atB = receive(b);
      assertThat(text(atB)).isEqualTo("to b");

      send(b, atB.getPort(), "back");
      assertThat(text(receive(elsewhere))).isEqualTo("back");
    }
  }

  /** Not every system has more than one loopback address. */
  private static DatagramSocket openAt(byte[] address) throws IOException {
    try {
      DatagramSocket socket = new DatagramSocket(0, InetAddress.getByAddress(address));
      socket.setSoTimeout(10_000);
      return socket;
    } catch (BindException e) {
      return abort("this system has one loopback address only: " + e.getMessage());
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
  void cutsOneDirectionOnly() throws IOException {
    try (UdpRelay relay = UdpRelay.start();
        DatagramSocket a = open();
        DatagramSocket b = open();
        DatagramSocket c = open()) {
      UdpRelay.Side sideA = relay.newSide();
      UdpRelay.Side sideB = relay.newSide();
      int frontA = sideA.frontOf(a.getLocalPort());
      int frontB = sideB.frontOf(b.getLocalPort());
      sideA.cut();

      send(a, frontB, "lost");
      // Packets to one port are handled in order, so when this one has come, the one before is
      // lost.
      send(c, frontB, "of another side");
      assertThat(text(receive(b))).isEqualTo("of another side");
      send(b, frontA, "through");
      assertThat(text(receive(a))).isEqualTo("through");
      sideA.restore();
      send(a, frontB, "after");
      assertThat(text(receive(b))).isEqualTo("after");
      assertThat(relay.dropped()).isEqualTo(1);
    }
  }

  @Test
  void aPathThatIsLostComesBackOnlyOnOtherPorts() throws IOException {
    try (UdpRelay relay = UdpRelay.start();
        DatagramSocket a = open();
        DatagramSocket b = open();
        DatagramSocket newA = open()) {
      UdpRelay.Side side = relay.newSide();
      side.frontOf(a.getLocalPort());
      int oldFront = side.frontOf(b.getLocalPort());
      send(a, oldFront, "before");
      assertThat(text(receive(b))).isEqualTo("before");
      relay.losePaths();

      int front = side.frontOf(b.getLocalPort());
      send(a, front, "from a port whose path is lost");
      send(newA, oldFront, "to a front that is gone");
      send(newA, front, "through");
      DatagramPacket packet = receive(b);
      assertThat(text(packet)).isEqualTo("through");
      assertThat(packet.getPort()).isEqualTo(relay.frontOf(newA.getLocalPort()));
      assertThat(relay.dropped()).isEqualTo(1);
      side.frontOf(a.getLocalPort());
      send(a, front, "named again");
      assertThat(text(receive(b))).isEqualTo("named again");
    }
  }

  @Test
  void losesAndDelaysPacketsByItsImpairment() throws IOException {
    try (UdpRelay relay = UdpRelay.start();
        DatagramSocket a = open();
        DatagramSocket b = open()) {
      int front = relay.frontOf(b.getLocalPort());
      Duration delay = Duration.ofMillis(20);
      Impairment loss = Impairment.loss(0.5, new Seed(1));
      int[] packets = {0};
      // The last packet is not lost, so that the test knows when all the others have come.
      Impairment lossButTheLast =
          bytes -> packets[0]++ < 100 ? loss.copies(bytes) : Impairment.NONE.copies(bytes);
      relay.impair(lossButTheLast.then(Impairment.delay(delay)));
      long start = System.nanoTime();
      for (int i = 0; i <= 100; i++) {
        send(a, front, Integer.toString(i));
      }
      List<Integer> received = new ArrayList<>();
      do {
        received.add(Integer.valueOf(text(receive(b))));
      } while (received.get(received.size() - 1) != 100);

      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(delay.toNanos());
      assertThat(received).hasSizeBetween(30, 70).isSorted();
      assertThat(relay.dropped()).isEqualTo(101 - received.size());
      assertThat(relay.forwarded()).isEqualTo(received.size());
    }
  }

  @Test
  void makesAnImpairmentOfSeveral() {
    Impairment twice = bytes -> new long[] {0, 5};

    assertThat(twice.then(Impairment.delay(Duration.ofNanos(3))).copies(1)).containsExactly(3, 8);
    assertThat(twice.then(twice).copies(1)).containsExactly(0, 5, 5, 10);
    assertThat(Impairment.loss(1, new Seed(1)).then(twice).copies(1)).isEmpty();
    assertThat(Impairment.NONE.copies(1)).containsExactly(0);
    assertThatThrownBy(() -> Impairment.loss(-1, new Seed(1))).hasMessageContaining("probability");
    assertThatThrownBy(() -> Impairment.delay(Duration.ofNanos(-1))).hasMessageContaining("delay");
  }

  @Test
  void leavesNoThreadAndNoSocketBehind() throws IOException {
    LeakCheck leaks = LeakCheck.begin();
    try (UdpRelay relay = UdpRelay.start()) {
      relay.frontOf(9);
      relay.newSide().frontOf(10);
    }
    leaks.assertNoThreads(Duration.ofSeconds(10));
    leaks.assertNoDescriptors(Duration.ofSeconds(10));
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
