package to.clasp.transport.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys of peers, kept in memory and in a file. */
final class KnownPeersFile implements KnownPeers {

  private static final Logger LOG = LoggerFactory.getLogger(KnownPeersFile.class);

  private final Path file;
  private final Map<String, PeerKey> keys = new ConcurrentHashMap<>();
  private final AtomicBoolean dirty = new AtomicBoolean();
  private final ThreadPoolExecutor writer =
      new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);

  private KnownPeersFile(Path file) {
    this.file = file;
    writer.allowCoreThreadTimeOut(true);
  }

  /** Not a daemon: what is to be remembered must not be lost when the program ends. */
  private Thread thread(Runnable work) {
    return new Thread(work, "clasp-known-peers");
  }

  static KnownPeersFile read(Path file) {
    KnownPeersFile known = new KnownPeersFile(file);
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return known;
    } catch (IOException e) {
      throw new UncheckedIOException("the known peers in " + file + " cannot be read: " + e, e);
    }
    int number = 0;
    for (String line : lines) {
      number++;
      if (!line.isBlank()) {
        known.parse(line, number);
      }
    }
    return known;
  }

  private void parse(String line, int number) {
    String[] words = line.strip().split(" ", -1);
    try {
      if (words.length != 2) {
        throw new IllegalArgumentException("it has " + words.length + " words");
      }
      keys.put(URLDecoder.decode(words[0], StandardCharsets.UTF_8), new PeerKey(words[1]));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "line " + number + " of " + file + " is no peer and its key: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<PeerKey> keyOf(String peerId) {
    return Optional.ofNullable(keys.get(peerId));
  }

  @Override
  public void remember(String peerId, PeerKey key) {
    if (!key.equals(keys.put(peerId, key))) {
      changed();
    }
  }

  @Override
  public void forget(String peerId) {
    if (keys.remove(peerId) != null) {
      changed();
    }
  }

  private void changed() {
    if (dirty.compareAndSet(false, true)) {
      writer.execute(this::write);
    }
  }

  private void write() {
    dirty.set(false);
    StringBuilder text = new StringBuilder();
    new TreeMap<>(keys)
        .forEach(
            (peer, key) ->
                text.append(URLEncoder.encode(peer, StandardCharsets.UTF_8))
                    .append(' ')
                    .append(key.text())
                    .append('\n'));
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(fresh, text);
      try {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      LOG.error("the known peers cannot be written to {}; they are kept in memory", file, e);
    }
  }
}
