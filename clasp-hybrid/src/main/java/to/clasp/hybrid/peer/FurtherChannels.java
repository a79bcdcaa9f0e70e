package to.clasp.hybrid.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.SendResult;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.ChannelSnapshot;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerEvent;

/**
 * The further channels to one peer: which there are, and which frame rides which. Those of this
 * side are made again on each new link; a newer link's channel takes the place of the older one's
 * when that link has proven itself, and not before: it may come to nothing while the older one
 * serves. Sending and looking are for any thread, everything else is confined to the loop.
 */
final class FurtherChannels {

  /** A channel on one link. */
  private record Live(Attempt on, PeerChannel channel) {}

  /** A label. */
  private static final class Slot {
    final String label;
    final boolean byPeer;
    final ChannelOptions options;
    final CompletableFuture<ChannelSnapshot> opened = new CompletableFuture<>();
    EventLoop.@Nullable Timer timer;

    /** The open channels with this label, each on a link of its own, the oldest first. */
    private final List<Live> open = new ArrayList<>();

    /** Where frames go; null while there is no link, or the channel is being made. */
    volatile @Nullable Live live;

    Slot(String label, boolean byPeer, ChannelOptions options) {
      this.label = label;
      this.byPeer = byPeer;
      this.options = options;
    }

    void opened(Attempt on, PeerChannel channel) {
      open.removeIf(known -> known.on == on);
      open.add(new Live(on, channel));
      choose();
    }

    /** The channel on a link is gone; null stands for any. */
    boolean gone(Attempt on, @Nullable PeerChannel channel) {
      boolean was =
          open.removeIf(known -> known.on == on && (channel == null || known.channel == channel));
      choose();
      return was;
    }

    /** The newest whose link has proven itself, or else the one that was there first. */
    void choose() {
      Live chosen = open.isEmpty() ? null : open.get(0);
      for (Live known : open) {
        if (known.on.isProven()) {
          chosen = known;
        }
      }
      live = chosen;
    }

    List<Live> takeAll() {
      List<Live> all = List.copyOf(open);
      open.clear();
      live = null;
      return all;
    }

    boolean covers(String address) {
      return address.startsWith(label)
          && (address.length() == label.length() || address.charAt(label.length()) == '/');
    }

    ChannelSnapshot snapshot() {
      Live now = live;
      return new ChannelSnapshot(
          label,
          options,
          now != null,
          byPeer,
          now == null ? 0 : now.channel.bufferedAmount(),
          now == null ? 0 : now.channel.dropped());
    }
  }

  private final String peerId;
  private final Environment environment;
  private final LinkTotals totals;
  private final Map<String, Slot> slots = new ConcurrentHashMap<>();
  private final AtomicBoolean full = new AtomicBoolean();

  FurtherChannels(String peerId, Environment environment, LinkTotals totals) {
    this.peerId = peerId;
    this.environment = environment;
    this.totals = totals;
  }

  // ---- Any thread

  /** Sends a frame over the channel that its address belongs to; null when there is none. */
  @Nullable SendResult send(Frame frame) {
    if (slots.isEmpty()) {
      return null;
    }
    String address = frame.address();
    Slot slot = address == null ? null : slotOf(address);
    if (slot == null) {
      return null;
    }
    Live now = slot.live;
    if (now == null) {
      return SendResult.NOT_CONNECTED;
    }
    PeerChannel channel = now.channel;
    if (frame.size() > channel.maxMessageSize()) {
      return SendResult.TOO_LARGE;
    }
    if (channel.send(frame.toByteArray())) {
      totals.sentDirectly(1, frame.size());
      return SendResult.P2P;
    }
    if (full.compareAndSet(false, true)) {
      environment.fullLinks().incrementAndGet();
    }
    if (channel.isIdle()) {
      // Room came back before we noted that there was none.
      environment.loop().execute(this::hasRoom);
    }
    return SendResult.BUFFER_FULL;
  }

  /** The one with the longest label. */
  private @Nullable Slot slotOf(String address) {
    Slot found = null;
    for (Slot slot : slots.values()) {
      if (slot.covers(address) && (found == null || slot.label.length() > found.label.length())) {
        found = slot;
      }
    }
    return found;
  }

  List<ChannelSnapshot> snapshots() {
    return slots.values().stream().map(Slot::snapshot).toList();
  }

  /** What waited on some channel of the link has left. */
  void drained() {
    if (full.get()) {
      environment.loop().execute(this::hasRoom);
    }
  }

  // ---- The loop

  private void hasRoom() {
    if (full.compareAndSet(true, false)) {
      environment.fullLinks().decrementAndGet();
      environment.host().writable();
    }
  }

  /** Makes a channel on the link that is up, and on those that follow. */
  void create(
      String label,
      ChannelOptions options,
      @Nullable Attempt link,
      CompletableFuture<ChannelSnapshot> opened) {
    Slot known = slots.get(label);
    if (known != null) {
      if (known.options.equals(options)) {
        forward(known, opened);
      } else {
        refuse(
            opened,
            Code.NEGOTIATION_FAILED,
            "there is a channel " + label + " already, with other options; close it first");
      }
      return;
    }
    int most = environment.options().rtcConfig().maxChannels();
    if (slots.values().stream().filter(slot -> !slot.byPeer).count() >= most) {
      refuse(opened, Code.EVICTED, most + " channels are open; close one, or raise maxChannels");
      return;
    }
    if (link == null) {
      refuse(opened, Code.CONNECTION_LOST, "there is no link to " + peerId);
      return;
    }
    Slot slot = new Slot(label, false, options);
    slots.put(label, slot);
    forward(slot, opened);
    Duration longest = environment.options().connectTimeout();
    slot.timer =
        environment
            .loop()
            .schedule(
                longest,
                () ->
                    giveUp(
                        slot,
                        CloseReason.of(
                            Code.CONNECT_TIMEOUT,
                            "the channel "
                                + label
                                + " did not open within "
                                + longest.toMillis()
                                + " ms")));
    if (!link.transport().createChannel(label, options)) {
      giveUp(slot, CloseReason.of(Code.UNAVAILABLE, "this transport has no further channels"));
    }
  }

  private static void forward(Slot slot, CompletableFuture<ChannelSnapshot> opened) {
    var unused =
        slot.opened.whenComplete(
            (snapshot, failure) -> {
              if (failure == null) {
                opened.complete(snapshot);
              } else {
                opened.completeExceptionally(failure);
              }
            });
  }

  private static void refuse(CompletableFuture<ChannelSnapshot> opened, Code code, String message) {
    opened.completeExceptionally(CloseReason.of(code, message).toException());
  }

  /** A channel that has never opened. */
  private void giveUp(Slot slot, CloseReason reason) {
    if (slot.live == null && !slot.opened.isDone()) {
      slots.remove(slot.label, slot);
      slot.opened.completeExceptionally(reason.toException());
    }
    cancelTimer(slot);
  }

  private static void cancelTimer(Slot slot) {
    if (slot.timer != null) {
      slot.timer.cancel();
      slot.timer = null;
    }
  }

  void close(String label) {
    Slot slot = slots.remove(label);
    if (slot == null) {
      return;
    }
    cancelTimer(slot);
    slot.opened.completeExceptionally(
        CloseReason.of(Code.LOCAL_CLOSE, "the channel was closed").toException());
    List<Live> open = slot.takeAll();
    open.forEach(each -> each.on.transport().closeChannel(each.channel));
    if (!open.isEmpty()) {
      tellClosed(label);
    }
    hasRoom();
  }

  /** A link has come up. */
  void linked(Attempt on) {
    for (Slot slot : slots.values()) {
      if (!slot.byPeer) {
        on.transport().createChannel(slot.label, slot.options);
      }
    }
  }

  /** A link has proven itself: its channels take the place of those of older links. */
  void proven() {
    slots.values().forEach(Slot::choose);
    hasRoom();
  }

  /** A channel has opened. */
  void opened(Attempt on, PeerChannel channel, boolean byPeer) {
    String label = channel.label();
    Slot slot = slots.get(label);
    if (slot == null && byPeer) {
      slot = new Slot(label, true, channel.options());
      slots.put(label, slot);
    }
    if (slot == null) {
      // It was closed before it opened.
      on.transport().closeChannel(channel);
      return;
    }
    if (slot.byPeer != byPeer) {
      // Both have made one: each sends on its own, and hears both.
      return;
    }
    boolean isNew = slot.live == null;
    slot.opened(on, channel);
    cancelTimer(slot);
    slot.opened.complete(slot.snapshot());
    if (isNew) {
      environment
          .host()
          .tell(new PeerEvent.ChannelOpened(peerId, environment.loop().now(), slot.snapshot()));
    }
  }

  /** A channel has closed, or could not be made. */
  void closed(Attempt on, String label, @Nullable PeerChannel channel) {
    Slot slot = slots.get(label);
    if (slot == null) {
      return;
    }
    if (channel != null && slot.gone(on, channel)) {
      // The other side has closed it, or is closing the link: one of ours is for the next link
      // then.
      closedIfNoneIsLeft(slot);
      hasRoom();
    } else if (slot.live == null && !slot.byPeer) {
      giveUp(
          slot,
          CloseReason.of(Code.CHANNEL_CLOSED, "the channel " + label + " was not made, or closed"));
    }
  }

  /** A link has ended, and all its channels. */
  void ended(Attempt gone) {
    for (Slot slot : List.copyOf(slots.values())) {
      if (slot.gone(gone, null)) {
        closedIfNoneIsLeft(slot);
      }
    }
    hasRoom();
  }

  private void closedIfNoneIsLeft(Slot slot) {
    if (slot.live == null) {
      if (slot.byPeer) {
        slots.remove(slot.label, slot);
      }
      tellClosed(slot.label);
    }
  }

  private void tellClosed(String label) {
    environment.host().tell(new PeerEvent.ChannelClosed(peerId, environment.loop().now(), label));
  }
}
