package to.clasp.transport.webrtc.natives;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import java.util.function.Consumer;

/** The calls that we make to a native factory. */
interface NativeFactory {

  /** Creates a connection. */
  RTCPeerConnection connect(RTCConfiguration configuration, PeerConnectionObserver observer);

  /** Closes a connection and frees it. */
  void close(RTCPeerConnection connection);

  /** Frees the factory and ends its threads. May be called once. */
  void dispose();

  /**
   * Tells whether each message that a connection receives takes up memory until the factory is
   * disposed.
   */
  boolean leaksReceivedMessages();

  /** Creates a factory that touches no audio device. */
  static NativeFactory create() {
    HeadlessAudioDeviceModule audio = new HeadlessAudioDeviceModule();
    PeerConnectionFactory factory;
    try {
      factory = new PeerConnectionFactory(audio);
    } catch (RuntimeException | Error e) {
      audio.dispose();
      throw e;
    }
    Consumer<RTCPeerConnection> close =
        ConnectionRelease.find()
            .<Consumer<RTCPeerConnection>>map(release -> release::close)
            .orElse(RTCPeerConnection::close);
    boolean leaksReceivedMessages = WebRtcVersion.current().leaksReceivedMessages();
    return new NativeFactory() {
      @Override
      public RTCPeerConnection connect(
          RTCConfiguration configuration, PeerConnectionObserver observer) {
        return factory.createPeerConnection(configuration, observer);
      }

      @Override
      public void close(RTCPeerConnection connection) {
        close.accept(connection);
      }

      @Override
      public void dispose() {
        try {
          factory.dispose();
        } finally {
          audio.dispose();
        }
      }

      @Override
      public boolean leaksReceivedMessages() {
        return leaksReceivedMessages;
      }
    };
  }
}
