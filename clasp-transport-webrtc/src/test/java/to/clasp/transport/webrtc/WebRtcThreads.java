package to.clasp.transport.webrtc;

/** The threads that all links of a process share, which end by themselves when idle. */
final class WebRtcThreads {

  private WebRtcThreads() {}

  static boolean isShared(Thread thread) {
    // The rtc thread is ours; threads of libwebrtc attach as "Thread-<n>" and end with the factory.
    return thread.getName().equals("clasp-rtc") || thread.getName().matches("Thread-\\d+");
  }
}
