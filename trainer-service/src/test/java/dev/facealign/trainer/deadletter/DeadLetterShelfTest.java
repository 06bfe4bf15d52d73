package dev.facealign.trainer.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.facealign.v1.TrainingDeadLetter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadLetterShelfTest {

  @Test
  void theFirstOfEachPlaceCounts() {
    // Given
    DeadLetterShelf shelf = new DeadLetterShelf(10, 1_000_000);

    // When
    shelf.add(letter("a", 0).setReason("first").build());
    shelf.add(letter("a", 0).setReason("the same once more").build());
    shelf.add(letter("a", 0).setTopic("urgent").setReason("elsewhere").build());

    // Then
    assertThat(shelf.newestFirst())
        .extracting(TrainingDeadLetter::getReason)
        .containsExactlyInAnyOrder("first", "elsewhere");
  }

  @Test
  void theNewestComesFirstWhateverTheOrderOfArrival() {
    // Given
    DeadLetterShelf shelf = new DeadLetterShelf(10, 1_000_000);

    // When
    shelf.add(letter("late", 2).setAt(at(30)).build());
    shelf.add(letter("early", 1).setAt(at(10)).build());
    shelf.add(letter("late", 3).setAt(at(30)).setReason("the newest of its job").build());

    // Then
    assertThat(shelf.newestFirst())
        .extracting(TrainingDeadLetter::getOffset)
        .containsExactly(3L, 2L, 1L);
    assertThat(shelf.newestOf("late"))
        .hasValueSatisfying(l -> assertThat(l.getReason()).isEqualTo("the newest of its job"));
    assertThat(shelf.newestOf("never")).isEmpty();
  }

  @Test
  void whatCameFirstIsForgottenFirstWhereThereAreTooMany() {
    // Given
    DeadLetterShelf shelf = new DeadLetterShelf(3, 1_000_000);

    // When
    for (int i = 0; i < 10; i++) {
      shelf.add(letter("job-" + i, i).setAt(at(i)).build());
    }

    // Then
    assertThat(shelf.newestFirst())
        .extracting(TrainingDeadLetter::getJobId)
        .containsExactly("job-9", "job-8", "job-7");
  }

  @Test
  void bytesAreBoundedTooAndTheNewestIsAlwaysKept() {
    // Given
    DeadLetterShelf shelf = new DeadLetterShelf(100, 10_000);
    ByteString large = ByteString.copyFrom(new byte[4_000]);

    // When
    for (int i = 0; i < 5; i++) {
      shelf.add(letter("job-" + i, i).setAt(at(i)).setOriginalValue(large).build());
    }

    // Then
    assertThat(shelf.newestFirst())
        .extracting(TrainingDeadLetter::getJobId)
        .containsExactly("job-4", "job-3");

    // When
    shelf.add(
        letter("huge", 9)
            .setAt(at(9))
            .setOriginalValue(ByteString.copyFrom(new byte[50_000]))
            .build());

    // Then
    assertThat(shelf.newestFirst())
        .extracting(TrainingDeadLetter::getJobId)
        .containsExactly("huge");
  }

  @Test
  void aLetterIsWaitedFor() throws Exception {
    // Given
    DeadLetterShelf shelf = new DeadLetterShelf(10, 1_000_000);

    // When
    CompletableFuture<String> found =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return shelf.await("a", Duration.ofSeconds(50)).orElseThrow().getReason();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    shelf.add(letter("other", 0).build());
    shelf.add(letter("a", 1).setReason("here").build());

    // Then
    assertThat(found.get(30, TimeUnit.SECONDS)).isEqualTo("here");
    assertThat(shelf.await("never", Duration.ofMillis(10))).isEmpty();
  }

  private static TrainingDeadLetter.Builder letter(String jobId, long offset) {
    return TrainingDeadLetter.newBuilder().setJobId(jobId).setTopic("jobs").setOffset(offset);
  }

  private static Timestamp at(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }
}
