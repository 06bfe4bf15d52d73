package dev.facealign.evaluation.report;

import dev.facealign.v1.DatasetFormat;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.Normaliser;
import dev.facealign.v1.SubsetMetrics;
import java.util.Arrays;
import java.util.Optional;

/** Faces that the field publishes figures of. */
enum Benchmark {
  COMMON("300W Common", DatasetFormat.DATASET_FORMAT_300W, 554, "common"),
  CHALLENGING("300W Challenging", DatasetFormat.DATASET_FORMAT_300W, 135, "challenging"),
  FULL("300W Full", DatasetFormat.DATASET_FORMAT_300W, 689, ""),
  COFW("COFW test", DatasetFormat.DATASET_FORMAT_COFW, 507, "");

  private final String title;
  private final DatasetFormat format;
  private final int faces;
  private final String part;

  Benchmark(String title, DatasetFormat format, int faces, String part) {
    this.title = title;
    this.format = format;
    this.faces = faces;
    this.part = part;
  }

  String title() {
    return title;
  }

  /** Faces it has when it is complete. */
  int faces() {
    return faces;
  }

  /**
   * What a subset of a report is; empty where nothing is published of it, or only by another
   * length.
   *
   * @param place of the subset in the report: 0 is the whole split
   */
  static Optional<Benchmark> of(Evaluation report, int place) {
    if (report.getNormaliser() != Normaliser.NORMALISER_INTER_OCULAR
        || report.getDataset().getExpectedFaces() == 0) {
      return Optional.empty();
    }
    DatasetFormat format = report.getDataset().getDataset().getFormat();
    SubsetMetrics subset = report.getSubsets(place);
    return Arrays.stream(values())
        .filter(benchmark -> benchmark.format == format)
        .filter(
            benchmark ->
                place == 0
                    ? benchmark.isWhole(report)
                    : benchmark.part.equals(subset.getName())
                        // As reports made before had it.
                        || (benchmark == CHALLENGING && subset.getName().equals("ibug")))
        .findFirst();
  }

  /** A file of COFW's format with another number of faces is another dataset. */
  private boolean isWhole(Evaluation report) {
    return faces == report.getDataset().getExpectedFaces()
        && (this != COFW || faces == report.getDataset().getFaces());
  }
}
