package to.clasp.client;

/**
 * Hears updates. Called on the client's dispatcher, for one subscription one update at a time, in
 * the order of arrival. It may block, at the price of its own subscription's queue filling up. An
 * exception is reported once to {@link ClientListener#onCallbackFailure} and the next update comes.
 */
@FunctionalInterface
public interface UpdateHandler {

  /**
   * Handles an update.
   *
   * @param update what happened
   * @throws Exception if it cannot be handled
   */
  void onUpdate(Update update) throws Exception;
}
