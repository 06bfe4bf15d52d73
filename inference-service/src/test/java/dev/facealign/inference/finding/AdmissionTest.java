package dev.facealign.inference.finding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.inference.batch.QueueFullException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final long MILLISECOND = 1_000_000;

  private long now = 1;
  private final Admission admission =
      new Admission(new AdmissionSettings(Duration.ofMillis(50)), 4, () -> now);

  private void open(int questions) {
    for (int i = 0; i < questions; i++) {
      admission.began();
    }
  }

  /** Answers leave at equal distances; for each a new question comes. */
  private void answer(int times, long millisEach) {
    for (int i = 0; i < times; i++) {
      now += millisEach * MILLISECOND;
      admission.ended(true);
      admission.began();
    }
  }

  private boolean hasRoom() {
    return admission.hasRoom(0, 1);
  }

  @Test
  void nobodyHasMoreThanItsShare() {
    // Given a service that answers 24 questions in 48 ms, and room
    open(9);
    answer(300, 2);

    // Then each of four may have six open before its next, and of two twelve
    assertThat(admission.hasRoom(6, 4)).isTrue();
    assertThat(admission.hasRoom(7, 4)).isFalse();
    assertThat(admission.hasRoom(12, 2)).isTrue();
    assertThat(admission.hasRoom(13, 2)).isFalse();

    // When processors are idle
    for (int i = 0; i < 6; i++) {
      admission.ended(true);
    }

    // Then shares are no matter
    assertThat(admission.hasRoom(7, 4)).isTrue();
  }

  @Test
  void boundsTheTimeRatherThanTheNumber() {
    // Given a service that answers one question each 10 ms
    open(5);
    answer(300, 10);

    // Then a fifth of a second has no room, and three questions before one's own have
    open(1);
    assertThat(hasRoom()).isFalse();
    assertThatThrownBy(admission::requireRoom)
        .isInstanceOfSatisfying(
            QueueFullException.class,
            e -> {
              assertThat(e).hasMessageContaining("open questions: 6 waiting, 1 more wanted");
              assertThat(e.retryAfter()).isBetween(Duration.ofMillis(55), Duration.ofMillis(65));
            });

    // When it becomes ten times as fast
    answer(300, 1);

    // Then the same number is no matter
    assertThat(hasRoom()).isTrue();
    assertThatCode(admission::requireRoom).doesNotThrowAnyException();
    open(50);
    assertThat(hasRoom()).isFalse();
  }

  @Test
  void answersThatLeaveInBatchesTakeTheirShareOfTheTime() {
    // Given a service that answers eight questions each 16 ms
    open(9);
    for (int batch = 0; batch < 100; batch++) {
      answer(1, 16);
      answer(7, 0);
    }

    // Then 24 are answered in 48 ms, and 30 in 60
    open(15);
    assertThat(hasRoom()).isTrue();
    open(6);
    assertThat(hasRoom()).isFalse();
  }

  @Test
  void takesWhatKeepsItsProcessorsBusyHoweverSlowItIs() {
    // Given a network that takes a second for an answer
    open(4);
    answer(300, 1000);

    // When one leaves
    admission.ended(true);

    // Then another may come, and no more
    assertThat(hasRoom()).isTrue();
    open(1);
    assertThat(hasRoom()).isFalse();
  }

  @Test
  void learnsNothingFromIdleTimesAndFromFailures() {
    // Given a fast service
    open(5);
    answer(300, 1);

    // When few ask, seldom, and many are refused
    for (int i = 0; i < 5; i++) {
      admission.ended(true);
    }
    for (int i = 0; i < 300; i++) {
      now += 1000 * MILLISECOND;
      open(1);
      admission.ended(i % 2 == 0);
    }

    // Then it still knows how fast it is
    open(30);
    assertThat(hasRoom()).isTrue();
  }

  @Test
  void onePauseIsSoonForgotten() {
    // Given
    open(20);
    answer(300, 1);

    // When everything stands still for ten seconds
    answer(1, 10_000);

    // Then
    assertThat(hasRoom()).isTrue();
  }
}
