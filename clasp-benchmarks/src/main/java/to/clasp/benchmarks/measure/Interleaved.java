package to.clasp.benchmarks.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Lets contestants take turns, so that whatever slows the machine down for a while meets all of
 * them alike. Each round runs every contestant once; the order is turned around from round to
 * round, so that none always comes after the same other.
 */
public final class Interleaved {

  private final int warmUps;
  private final int rounds;
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();

  /**
   * Plans a run.
   *
   * @param warmUps rounds that do not count, 0 or more
   * @param rounds rounds that count, 1 or more
   */
  public Interleaved(int warmUps, int rounds) {
    if (warmUps < 0 || rounds < 1) {
      throw new IllegalArgumentException("warmUps must be 0 or more, rounds 1 or more");
    }
    this.warmUps = warmUps;
    this.rounds = rounds;
  }

  /**
   * Adds a contestant.
   *
   * @param name a name of its own
   * @param contestant what runs
   * @return this
   */
  public Interleaved with(String name, Contestant contestant) {
    if (contestants.putIfAbsent(name, contestant) != null) {
      throw new IllegalArgumentException("two contestants are called " + name);
    }
    return this;
  }

  /**
   * Runs all rounds.
   *
   * @return the figures
   * @throws Exception the first failure of a round
   */
  public Outcome run() throws Exception {
    Map<String, double[]> figures = new LinkedHashMap<>();
    contestants.keySet().forEach(name -> figures.put(name, new double[rounds]));
    List<String> order = new ArrayList<>(contestants.keySet());
    for (int round = -warmUps; round < rounds; round++) {
      for (String name : order) {
        double figure = Objects.requireNonNull(contestants.get(name)).round();
        if (round >= 0) {
          Objects.requireNonNull(figures.get(name))[round] = figure;
        }
      }
      Collections.reverse(order);
    }
    return new Outcome(figures);
  }

  /** The figures of each contestant, round by round. */
  public static final class Outcome {

    private final Map<String, double[]> figures;

    private Outcome(Map<String, double[]> figures) {
      this.figures = figures;
    }

    /**
     * Summarises a contestant.
     *
     * @param name its name
     * @return the spread of its rounds
     */
    public Spread of(String name) {
      return Spread.of(figures(name));
    }

    /**
     * Compares two contestants, round by round: what a round has slowed down for both does not
     * show.
     *
     * @param name the one whose figure is divided
     * @param by the one whose figure divides
     * @return the spread of the ratios
     */
    public Spread ratio(String name, String by) {
      double[] ratios = figures(name).clone();
      double[] divisors = figures(by);
      for (int i = 0; i < ratios.length; i++) {
        ratios[i] /= divisors[i];
      }
      return Spread.of(ratios);
    }

    private double[] figures(String name) {
      double[] found = figures.get(name);
      if (found == null) {
        throw new IllegalArgumentException("no contestant is called " + name);
      }
      return found;
    }
  }
}
