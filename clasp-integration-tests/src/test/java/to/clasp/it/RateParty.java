package to.clasp.it;

import java.time.Duration;

/** One that sends and receives events, of either language. */
interface RateParty {

  /** When nothing more has come for so long, something is lost, or the machine stands still. */
  Duration PATIENCE = Duration.ofSeconds(20);

  /** Keeps account from now on. */
  void begin();

  /** Sends so many events to the other, who counts them; how many it could send. */
  long flood(int count) throws Exception;

  /** Counts what comes from now on, up to so many. */
  void expect(int count) throws Exception;

  /** Waits until so many have come, or nothing more comes; how many have. */
  long awaitExpected(long count) throws Exception;

  /** Answers each event with one to the other. */
  void answer() throws Exception;

  /**
   * Sends events, one after the answer to the other; the round trips in microseconds, or none if an
   * answer did not come.
   */
  double[] roundTrips(int count) throws Exception;

  /** Fails if something that it sent, or that came to it, got lost with us. */
  void assertNothingIsLostHere() throws Exception;

  /** What it knows of events that came or left, for the table. */
  String account();
}
