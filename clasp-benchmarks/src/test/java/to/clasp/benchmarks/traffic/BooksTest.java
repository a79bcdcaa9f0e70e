package to.clasp.benchmarks.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BooksTest {

  private final Books books = new Books();

  private Balance after(long sent, long... numbers) {
    LongStream.of(numbers).forEach(books::arrived);
    return books.balance(sent);
  }

  @Test
  void whatArrivesOnceAndInOrderIsEven() {
    assertThat(after(4, 0, 1, 2, 3)).isEqualTo(new Balance(4, 4, 0, 0, 0));
    assertThat(books.balance(4).isEven()).isTrue();
  }

  @Test
  void whatDoesNotArriveIsLostWhereverItStood() {
    assertThat(after(6, 1, 2, 4)).isEqualTo(new Balance(6, 3, 3, 0, 0));
  }

  @Test
  void whatArrivesAgainIsCounted() {
    assertThat(after(3, 0, 1, 1, 2, 0)).isEqualTo(new Balance(3, 3, 0, 2, 0));
  }

  @Test
  void whatArrivesLateFillsItsGapOnce() {
    assertThat(after(7, 0, 6, 3, 1, 5, 3)).isEqualTo(new Balance(7, 5, 2, 1, 3));
    assertThat(after(7, 2, 4)).isEqualTo(new Balance(7, 7, 0, 1, 5));
  }

  @Test
  void moreGapsThanItKeepsAreLostForGood() {
    for (long number = 1; number < 100_001; number += 2) {
      books.arrived(number);
    }
    assertThat(books.balance(100_000)).isEqualTo(new Balance(100_000, 50_000, 50_000, 0, 0));
    // The first gap has been closed, the last one has not.
    assertThat(after(100_000, 0, 99_998)).isEqualTo(new Balance(100_000, 50_001, 49_999, 1, 1));
  }

  @Test
  void tellsWhatIsMissing() {
    after(0, 0, 2, 5, 6);
    assertThat(books.missing(7)).isEqualTo("1, 3 to 4 of 7");
    assertThat(books.missing(9)).isEqualTo("1, 3 to 4, 7 to 8 of 9");
    after(0, 1, 3, 4);
    assertThat(books.missing(7)).isEqualTo("none");
    after(0, 8, 10, 12, 14, 16, 18);
    assertThat(books.missing(19)).isEqualTo("7, 9, 11, 13, 15, and more of 19");
  }

  @Test
  void waitsForArrivals() throws InterruptedException {
    books.arrived(0);
    assertThat(books.await(1, 1)).isTrue();
    assertThat(books.await(2, 1)).isFalse();
  }
}
