package dev.facealign.trainer.page;

import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.TrainingJobStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How all pages speak of a job. */
final class RunWords {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private RunWords() {}

  /** Such as "running". */
  static String state(TrainingJobStatus job) {
    return job.getState()
        .name()
        .replace("JOB_STATE_", "")
        .replace('_', ' ')
        .toLowerCase(Locale.ROOT);
  }

  /** When a job was queued, such as "7 May 2026, 14:02 UTC". */
  static String queued(TrainingJobStatus job) {
    return TIME.format(Contracts.instant(job.getQueuedAt()));
  }

  /** Where a job's page is. */
  static String path(String jobId) {
    return "/runs/" + URLEncoder.encode(jobId, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
