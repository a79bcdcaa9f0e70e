package to.clasp.testkit.contract;

import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;
import to.clasp.transport.spi.TransportContext;

/**
 * Makes transports under test together with what they connect to. A fresh one for each test, on
 * loopback, with free ports.
 */
public interface TransportHarness {

  /**
   * Makes a transport that will connect to {@link #otherSide()}. A test calls this once.
   *
   * @param options how
   * @param context loop and randomness, its own
   * @return a transport that has not been started
   */
  Transport create(ConnectionOptions options, TransportContext context);

  /**
   * Makes a transport that nobody will answer.
   *
   * @param options how
   * @param context loop and randomness, its own
   * @return a transport that has not been started
   */
  Transport createWithNobodyListening(ConnectionOptions options, TransportContext context);

  /**
   * Returns what {@link #create} connects to.
   *
   * @return the other side, which accepts as many connections as come one after another
   */
  OtherSide otherSide();

  /**
   * Ends the other side. What it had started has ended when this returns.
   *
   * @throws Exception if it cannot be ended, which fails the test
   */
  void close() throws Exception;
}
