package dev.facealign.trainer.sweep;

import dev.facealign.fault.FaultException;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.SubmitSweepRequest;
import dev.facealign.v1.SweepGrid;
import dev.facealign.v1.TrainingJob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The jobs that a grid over one job makes: every combination of networks, losses, lambdas and
 * seeds, in this order, seeds changing fastest.
 *
 * @param sweepId names the sweep for good
 * @param jobs checked, 1 to {@value #MOST_JOBS}, no two alike but for their names, which are
 *     "&lt;sweepId&gt;-1" and so on, of one length
 */
public record ExpandedSweep(String sweepId, List<TrainingSettings> jobs) {
  /** A slip in a grid must not fill the queue for months. */
  static final int MOST_JOBS = 1000;

  public ExpandedSweep {
    jobs = List.copyOf(jobs);
  }

  /**
   * Expands a request.
   *
   * @param idWithoutOne the sweep's id where the request has none
   * @throws FaultException INVALID_ARGUMENT: the first job that is refused, a grid of too many
   *     jobs, one with the same job twice, or lambdas that no loss takes
   */
  public static ExpandedSweep of(SubmitSweepRequest request, String idWithoutOne) {
    String sweepId =
        TrainingJobContract.sweepId(
            "sweep_id", request.getSweepId().isEmpty() ? idWithoutOne : request.getSweepId());
    TrainingJob base = request.getBase();
    requireEmpty("base.job_id", base.getJobId());
    requireEmpty("base.sweep", base.getSweep());
    // Seeds and losses differ: a checkpoint would fit one job at most, and favour it.
    requireEmpty("base.continue_job", base.getContinueJob());
    List<TrainingJob> combinations = combinations(base, request.getGrid());
    int digits = Integer.toString(combinations.size()).length();
    Map<TrainingJob, String> names = new HashMap<>();
    List<TrainingSettings> jobs = new ArrayList<>();
    for (int i = 0; i < combinations.size(); i++) {
      String jobId = String.format(Locale.ROOT, "%s-%0" + digits + "d", sweepId, i + 1);
      TrainingSettings job =
          TrainingJobContract.settings(
              combinations.get(i).toBuilder().setSweep(sweepId).build(), jobId);
      String twin =
          names.putIfAbsent(TrainingJobContract.job(job).toBuilder().clearJobId().build(), jobId);
      if (twin != null) {
        throw FaultException.invalid(
            "grid", twin + " and " + jobId + " with the same settings", "every job once");
      }
      jobs.add(job);
    }
    return new ExpandedSweep(sweepId, jobs);
  }

  private static void requireEmpty(String field, String value) {
    if (!value.isEmpty()) {
      throw FaultException.invalid(field, value, "empty, as a sweep's jobs differ in it");
    }
  }

  private static List<TrainingJob> combinations(TrainingJob base, SweepGrid grid) {
    List<LossSettings> losses = losses(base.getLoss(), grid);
    List<Integer> networks =
        grid.getNetworksCount() == 0
            ? List.of(base.getNetworkValue())
            : grid.getNetworksValueList();
    // A double, as a hostile grid's number of jobs fits no integer.
    double count = (double) networks.size() * losses.size() * Math.max(1, grid.getSeedsCount());
    if (count > MOST_JOBS) {
      throw FaultException.invalid(
          "grid", String.format(Locale.ROOT, "%.0f jobs", count), "at most " + MOST_JOBS);
    }
    List<TrainingJob> jobs = new ArrayList<>();
    for (int network : networks) {
      for (LossSettings loss : losses) {
        TrainingJob.Builder job = base.toBuilder().setNetworkValue(network).setLoss(loss);
        if (grid.getSeedsCount() == 0) {
          jobs.add(job.build());
        }
        for (long seed : grid.getSeedsList()) {
          jobs.add(job.setSeed(seed).build());
        }
      }
    }
    return jobs;
  }

  /** Losses with each lambda they take. */
  private static List<LossSettings> losses(LossSettings base, SweepGrid grid) {
    List<LossSettings> listed = grid.getLossesCount() == 0 ? List.of(base) : grid.getLossesList();
    if (grid.getLambdasCount() == 0) {
      return listed;
    }
    if (listed.stream().noneMatch(ExpandedSweep::takesLambda)) {
      throw FaultException.invalid(
          "grid.lambdas",
          grid.getLambdasList(),
          "none, as there is no loss of LOSS_KIND_ACR without a lambda of its own");
    }
    List<LossSettings> losses = new ArrayList<>();
    for (LossSettings loss : listed) {
      if (takesLambda(loss)) {
        for (double lambda : grid.getLambdasList()) {
          losses.add(loss.toBuilder().setLambda(lambda).build());
        }
      } else {
        losses.add(loss);
      }
    }
    return losses;
  }

  private static boolean takesLambda(LossSettings loss) {
    boolean acr =
        loss.getKind() == LossKind.LOSS_KIND_UNSPECIFIED
            || loss.getKind() == LossKind.LOSS_KIND_ACR;
    return acr && !loss.hasLambda();
  }

  /** Whether a job's name is one that a grid of this sweep could have given it. */
  public boolean couldName(String jobId) {
    return jobId.matches(Pattern.quote(sweepId) + "-[0-9]+");
  }
}
