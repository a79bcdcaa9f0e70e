package to.clasp.client;

/**
 * Tells frames that have left this machine from those that the pacing holds back. Numbers count
 * data frames from the start.
 */
interface Departures {

  /** How many frames the transport has taken. */
  long accepted();

  /** How many of those have left, in the same order. */
  long left();

  /** For a transport that holds nothing back. */
  Departures IMMEDIATE =
      new Departures() {
        @Override
        public long accepted() {
          return 0;
        }

        @Override
        public long left() {
          return 0;
        }
      };
}
