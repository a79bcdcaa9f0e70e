package to.clasp.transport.webrtc.natives;

import dev.onvoid.webrtc.logging.Logging;
import dev.onvoid.webrtc.logging.Logging.Severity;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Brings what libwebrtc logs to SLF4J, under {@value #LOGGER}, from the level on that the system
 * property {@value #PROPERTY} names; by default nothing. Passwords of ICE and whatever else looks
 * like a secret are taken out. Native threads hand over and go on: a logger that is slow makes it
 * drop lines, which it says.
 */
final class NativeLog {

  static final String PROPERTY = "to.clasp.webrtc.log";

  static final String LOGGER = "to.clasp.webrtc.native";

  private static final Logger LOG = LoggerFactory.getLogger(NativeLog.class);

  private static final int MAX_WAITING = 10_000;
  private static final int MAX_LINE = 2_000;

  /** What follows a word that announces a secret. */
  private static final Pattern ANNOUNCED =
      Pattern.compile(
          "(?i)\\b((?:ice-)?pwd|password|credential|username|user|realm|token)(\\s*[:=]\\s*)\\S+");

  /** Passwords of ICE have 24 such characters, fingerprints and message ids are as dispensable. */
  private static final Pattern RANDOM = Pattern.compile("[A-Za-z0-9+/_=-]{22,}");

  private final Logger target;
  private final ThreadPoolExecutor writer;
  private final AtomicLong dropped = new AtomicLong();

  NativeLog(Logger target) {
    this.target = target;
    this.writer =
        new ThreadPoolExecutor(
            1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), NativeLog::thread);
    writer.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "clasp-native-log");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Begins, if the property asks for it. The library must have been loaded.
   *
   * @param property its value, or null
   */
  static void bridge(@Nullable String property) {
    Severity severity = severity(property);
    if (severity != Severity.NONE) {
      NativeLog log = new NativeLog(LoggerFactory.getLogger(LOGGER));
      Logging.addLogSink(severity, log::heard);
    }
  }

  static Severity severity(@Nullable String property) {
    if (property == null || property.isBlank()) {
      return Severity.NONE;
    }
    try {
      return Severity.valueOf(property.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      LOG.warn(
          "system property {} must be verbose, info, warning, error or none, not {}",
          PROPERTY,
          property);
      return Severity.NONE;
    }
  }

  /** On native threads: nothing may block, and nothing may be thrown. */
  @SuppressWarnings("CatchThrowable")
  void heard(Severity severity, String message) {
    try {
      writer.execute(() -> write(severity, message));
    } catch (RejectedExecutionException e) {
      dropped.incrementAndGet();
    } catch (Throwable e) {
      LOG.error("a native callback failed", e);
    }
  }

  private void write(Severity severity, String message) {
    long missing = dropped.getAndSet(0);
    if (missing > 0) {
      target.warn("{} lines of libwebrtc are missing here", missing);
    }
    target.atLevel(level(severity)).log(redacted(message));
  }

  private static Level level(Severity severity) {
    return switch (severity) {
      case VERBOSE -> Level.DEBUG;
      case WARNING -> Level.WARN;
      case ERROR -> Level.ERROR;
      case INFO, NONE -> Level.INFO;
    };
  }

  static String redacted(String message) {
    String line = message.strip();
    String bounded = line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + " …" : line;
    String without = ANNOUNCED.matcher(bounded).replaceAll("$1$2***");
    return RANDOM.matcher(without).replaceAll("***");
  }
}
