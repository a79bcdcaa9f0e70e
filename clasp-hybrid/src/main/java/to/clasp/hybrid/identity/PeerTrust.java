package to.clasp.hybrid.identity;

import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.identity.IdentityOptions;
import to.clasp.transport.identity.IdentityProblem;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.identity.PeerKey;
import to.clasp.transport.identity.TrustPolicy;
import to.clasp.transport.peer.Signal;

/** Signs for this side, and judges what peers sign. Confined to the loop. */
public final class PeerTrust {

  private final IdentityOptions options;
  private final String ownId;

  /**
   * Makes one.
   *
   * @param options keys and policy
   * @param ownId own peer id
   */
  public PeerTrust(IdentityOptions options, String ownId) {
    this.options = options;
    this.ownId = ownId;
  }

  PeerKey ownKey() {
    return options.identity().key();
  }

  // ---- Signals

  /**
   * Seals a signal.
   *
   * @param signal what is said
   * @param to to whom
   * @return key and signature
   */
  public Seal seal(Signal signal, String to) {
    byte[] signature = options.identity().sign(SignedText.of(signal, ownId, to));
    return new Seal(
        ownKey().text(), Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
  }

  /**
   * Judges a signal.
   *
   * @param from who is said to have sent it
   * @param signal what it says
   * @param seal what it shows, or null when nothing
   * @return why it must not be heeded; empty if it may
   */
  public Optional<Refusal> judge(String from, Signal signal, @Nullable Seal seal) {
    if (seal == null) {
      return mayDoWithout(from)
          ? Optional.empty()
          : Optional.of(new Refusal(IdentityProblem.UNSIGNED, null));
    }
    PeerKey key;
    byte[] signature;
    try {
      key = new PeerKey(seal.key());
      signature = Base64.getUrlDecoder().decode(seal.signature());
    } catch (IllegalArgumentException e) {
      return Optional.of(new Refusal(IdentityProblem.BAD_SIGNATURE, null));
    }
    return judge(from, key, SignedText.of(signal, from, ownId), signature);
  }

  /** Whether a peer may link without an identity. */
  boolean mayDoWithout(String peer) {
    return !options.required() && options.knownPeers().keyOf(peer).isEmpty();
  }

  private Optional<Refusal> judge(String peer, PeerKey key, byte[] text, byte[] signature) {
    if (!key.verifies(text, signature)) {
      return Optional.of(new Refusal(IdentityProblem.BAD_SIGNATURE, key));
    }
    PeerKey known = options.knownPeers().keyOf(peer).orElse(null);
    if (known == null) {
      return options.trust() == TrustPolicy.FIRST_USE
          ? Optional.empty()
          : Optional.of(new Refusal(IdentityProblem.UNKNOWN_KEY, key));
    }
    return known.equals(key)
        ? Optional.empty()
        : Optional.of(new Refusal(IdentityProblem.CHANGED_KEY, key));
  }

  // ---- The open channel

  ChannelProof prove(LinkSecurity security, String correlationId, String to) {
    return new ChannelProof(
        ownKey(), options.identity().sign(SignedText.of(security, correlationId, ownId, to)));
  }

  Optional<Refusal> judge(
      ChannelProof proof, LinkSecurity security, String correlationId, String from) {
    // As the peer sees it: its own fingerprint first.
    LinkSecurity mirrored =
        new LinkSecurity(security.peerFingerprint(), security.ownFingerprint(), null, null);
    return judge(
        from, proof.key(), SignedText.of(mirrored, correlationId, from, ownId), proof.signature());
  }

  /** Remembers a key that has been proven; true if it was not known. */
  boolean remember(String peer, PeerKey key) {
    boolean isNew = options.knownPeers().keyOf(peer).isEmpty();
    if (isNew) {
      options.knownPeers().remember(peer, key);
    }
    return isNew;
  }
}
