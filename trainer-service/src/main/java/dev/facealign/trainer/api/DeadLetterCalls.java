package dev.facealign.trainer.api;

import dev.facealign.fault.FaultException;
import dev.facealign.trainer.deadletter.DeadLetterTopic;
import dev.facealign.trainer.deadletter.Resubmission;
import dev.facealign.trainer.job.JobRecord;
import dev.facealign.trainer.job.JobState;
import dev.facealign.trainer.job.RecordPlace;
import dev.facealign.v1.ListDeadLettersRequest;
import dev.facealign.v1.ListDeadLettersResponse;
import dev.facealign.v1.ResubmitDeadLetterRequest;
import dev.facealign.v1.TrainingDeadLetter;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** The calls on dead letters. */
@Singleton
final class DeadLetterCalls {
  private static final int DEFAULT_PAGE = 100;
  private static final int LARGEST_PAGE = 1000;

  /** For a letter that was sent a moment ago, just before its job's last event. */
  private static final Duration ON_ITS_WAY = Duration.ofSeconds(5);

  private final DeadLetterTopic letters;
  private final Resubmission resubmission;
  private final JobSubmission submission;
  private final JobLog log;

  DeadLetterCalls(
      DeadLetterTopic letters, Resubmission resubmission, JobSubmission submission, JobLog log) {
    this.letters = letters;
    this.resubmission = resubmission;
    this.submission = submission;
    this.log = log;
  }

  ListDeadLettersResponse list(ListDeadLettersRequest request) {
    int size = request.hasPageSize() ? request.getPageSize() : DEFAULT_PAGE;
    if (size < 1 || size > LARGEST_PAGE) {
      throw FaultException.invalid("page_size", size, "1 to " + LARGEST_PAGE);
    }
    List<TrainingDeadLetter> all = letters.newestFirst();
    int from = pageStart(request.getPageToken(), all);
    int to = Math.min(all.size(), from + size);
    ListDeadLettersResponse.Builder page =
        ListDeadLettersResponse.newBuilder().addAllDeadLetters(all.subList(from, to));
    if (to < all.size()) {
      page.setNextPageToken(token(all.get(to - 1)));
    }
    return page.build();
  }

  /**
   * A page token names the last letter before the page, so that letters that come meanwhile do not
   * shift pages.
   */
  private static int pageStart(String token, List<TrainingDeadLetter> letters) {
    if (token.isEmpty()) {
      return 0;
    }
    for (int i = 0; i < letters.size(); i++) {
      if (token(letters.get(i)).equals(token)) {
        return i + 1;
      }
    }
    throw FaultException.invalid("page_token", token, "a next_page_token of the same request");
  }

  private static String token(TrainingDeadLetter letter) {
    RecordPlace place = DeadLetterTopic.place(letter);
    return place.topic() + "/" + place.partition() + "/" + place.offset();
  }

  TrainingDeadLetter find(String jobId) {
    boolean ended =
        log.ledger()
            .find(jobId)
            .map(JobRecord::state)
            .filter(
                state -> state instanceof JobState.Failed || state instanceof JobState.DeadLettered)
            .isPresent();
    return letters
        .newestOf(jobId, ended ? ON_ITS_WAY : Duration.ZERO)
        .orElseThrow(
            () -> FaultException.notFound("dead letter", jobId, "the job of a dead letter"));
  }

  JobRecord resubmit(ResubmitDeadLetterRequest request) {
    TrainingDeadLetter letter = find(request.getJobId());
    // So that a name that was given away elsewhere just now is not given once more.
    log.awaitCurrent();
    return submission.submit(
        resubmission.job(letter, request, id -> log.ledger().find(id).isPresent()));
  }
}
