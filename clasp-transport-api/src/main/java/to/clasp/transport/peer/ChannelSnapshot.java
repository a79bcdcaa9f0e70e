package to.clasp.transport.peer;

/**
 * What is known of a further channel at one moment. Immutable.
 *
 * @param label the label, which is the beginning of the addresses that ride the channel
 * @param options what it promises
 * @param open whether frames can take it
 * @param byPeer whether the peer has made it
 * @param bufferedAmount how many bytes have been accepted and not yet been handed to the network
 * @param dropped how many messages gave way to newer ones, or had waited too long
 */
public record ChannelSnapshot(
    String label,
    ChannelOptions options,
    boolean open,
    boolean byPeer,
    long bufferedAmount,
    long dropped) {}
