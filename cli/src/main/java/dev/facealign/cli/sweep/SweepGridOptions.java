package dev.facealign.cli.sweep;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.invocation.Invocation;
import dev.facealign.cli.invocation.JsonFile;
import dev.facealign.cli.training.LossName;
import dev.facealign.cli.training.NetworkName;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.SubmitSweepRequest;
import dev.facealign.v1.SweepGrid;
import dev.facealign.v1.TrainingJob;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what differs among a sweep's jobs. */
final class SweepGridOptions {
  @Option(
      names = "--grid",
      paramLabel = "FILE.json",
      description =
          "A whole SweepGrid as proto3 JSON, for losses with settings of their own; the other options"
              + " replace its lists.")
  private @Nullable Path file;

  @Option(
      names = "--networks",
      paramLabel = "NETWORK",
      split = ",",
      description = "Networks, separated by commas.")
  private List<String> networks = List.of();

  @Option(
      names = "--losses",
      paramLabel = "LOSS",
      split = ",",
      description = "Losses, separated by commas: ${COMPLETION-CANDIDATES}.")
  private List<LossName> losses = List.of();

  @Option(
      names = "--lambdas",
      paramLabel = "NUMBER",
      split = ",",
      description = "Lambdas of the ACR loss, separated by commas; other losses are taken once.")
  private List<Double> lambdas = List.of();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      description = "Random seeds, separated by commas; differences within their spread are none.")
  private List<Long> seeds = List.of();

  /**
   * A request with the grid over a job, without a name.
   *
   * @param base named losses of its kind have its settings, others their defaults
   * @param lambda one that was asked for, for all
   * @param coordinateScale one that was asked for, for all losses
   * @throws CommandFailure when the grid cannot be read, or lambda is asked for twice
   */
  SubmitSweepRequest.Builder over(
      TrainingJob base,
      Optional<Double> lambda,
      Optional<Double> coordinateScale,
      Invocation invocation) {
    SweepGrid.Builder grid = file == null ? SweepGrid.newBuilder() : read(invocation.resolve(file));
    TrainingJob.Builder job = base.toBuilder();
    if (!lambdas.isEmpty()) {
      if (lambda.isPresent()) {
        throw new CommandFailure("--lambda: " + lambda.get() + " (expected: none with --lambdas)");
      }
      // A lambda of its own, which a job's file may give it, would keep it out of the grid.
      job.getLossBuilder().clearLambda();
      grid.clearLambdas().addAllLambdas(lambdas);
    }
    if (!networks.isEmpty()) {
      grid.clearNetworks();
      networks.forEach(name -> grid.addNetworks(NetworkName.parse("--networks", name)));
    }
    if (!losses.isEmpty()) {
      grid.clearLosses();
      for (LossName name : losses) {
        LossSettings.Builder loss =
            name == LossName.of(job.getLoss().getKind())
                ? job.getLoss().toBuilder()
                : LossSettings.newBuilder();
        coordinateScale.ifPresent(loss::setCoordinateScale);
        if (name == LossName.acr) {
          lambda.ifPresent(loss::setLambda);
        }
        grid.addLosses(loss.setKind(name.kind()));
      }
    }
    if (!seeds.isEmpty()) {
      grid.clearSeeds().addAllSeeds(seeds);
    }
    return SubmitSweepRequest.newBuilder().setBase(job).setGrid(grid);
  }

  private static SweepGrid.Builder read(Path file) {
    SweepGrid.Builder grid = SweepGrid.newBuilder();
    JsonFile.merge("--grid", file, grid, "a SweepGrid");
    return grid;
  }
}
