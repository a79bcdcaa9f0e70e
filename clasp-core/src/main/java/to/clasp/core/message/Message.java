package to.clasp.core.message;

/** A CLASP message: the payload of one frame. All messages are immutable. */
public sealed interface Message
    permits HelloMessage,
        WelcomeMessage,
        AnnounceMessage,
        FederationSyncMessage,
        SubscribeMessage,
        UnsubscribeMessage,
        PublishMessage,
        SetMessage,
        GetMessage,
        SnapshotMessage,
        ReplayMessage,
        BundleMessage,
        SyncMessage,
        PingMessage,
        PongMessage,
        AckMessage,
        ErrorMessage,
        QueryMessage,
        ResultMessage {

  /**
   * Returns the type of this message.
   *
   * @return the type
   */
  MessageType type();

  /**
   * Returns the QoS label that the frame of this message gets when the caller does not choose one.
   *
   * @return the default of the Rust router
   */
  QoS defaultQos();
}
