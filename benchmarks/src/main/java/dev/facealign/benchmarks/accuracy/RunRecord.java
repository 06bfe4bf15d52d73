package dev.facealign.benchmarks.accuracy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.trainer.job.TrainingJobContract;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.run.CertaintyCalibration;
import dev.facealign.trainer.run.TrainedModel;
import dev.facealign.v1.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A run written down.
 *
 * @param job the recipe as JSON, with every default that was in force; without a shape model, which
 *     was fitted, and without a job id
 * @param trainingFaces trained on
 * @param validationFaces held out
 * @param validationNme of the model on the faces held out, fraction
 * @param epoch the model's
 * @param certainty how its expected errors were calibrated; null without
 * @param int8 the 8-bit network made of it; null where none was made
 * @param test on a test split; null where it was not measured
 * @param curve epoch by epoch
 */
record RunRecord(
    JsonObject job,
    int trainingFaces,
    int validationFaces,
    double validationNme,
    int epoch,
    @Nullable CertaintyCalibration certainty,
    @Nullable Int8Figures int8,
    @Nullable TestMeasurement test,
    List<CurvePoint> curve) {

  /**
   * Without a test measurement.
   *
   * @param settings resolved
   */
  static RunRecord of(TrainingSettings settings, List<CurvePoint> curve, TrainedModel model)
      throws InvalidProtocolBufferException {
    TrainingJob job =
        TrainingJobContract.job(settings).toBuilder().clearJobId().clearShapeModel().build();
    return new RunRecord(
        JsonParser.parseString(JsonFormat.printer().print(job)).getAsJsonObject(),
        model.training().faces(),
        model.validation().faces(),
        model.validationNme(),
        model.epoch(),
        model.certainty().orElse(null),
        model.int8().map(Int8Figures::of).orElse(null),
        null,
        curve);
  }

  RunRecord with(TestMeasurement measured) {
    return new RunRecord(
        job,
        trainingFaces,
        validationFaces,
        validationNme,
        epoch,
        certainty,
        int8,
        measured,
        curve);
  }

  static RunRecord read(Path file) throws IOException {
    return RunJson.GSON.fromJson(Files.readString(file), RunRecord.class);
  }

  /**
   * What runs of one recipe have in common.
   *
   * @throws IllegalStateException where the job has none
   */
  String modelName() {
    JsonElement name = job.get("modelName");
    if (name == null) {
      throw new IllegalStateException("job.modelName: missing (expected: the recipe's name)");
    }
    return name.getAsString();
  }

  void write(Path file) throws IOException {
    Files.writeString(file, RunJson.GSON.toJson(this) + "\n");
  }

  String words() {
    String measured =
        test == null
            ? ""
            : String.format(
                Locale.ROOT,
                "; %s: NME %.3f %%, FR@10 %.2f %%, AUC@10 %.4f on %d faces, %d excluded",
                test.split(),
                100 * test.nme(),
                100 * test.failureRateAt010(),
                test.aucAt010(),
                test.faces(),
                test.excluded());
    String integers =
        int8 == null
            ? ""
            : String.format(
                Locale.ROOT,
                "; 8-bit %.3f %% (%s)",
                100 * int8.validationNme(),
                int8.offered() ? "offered" : "not offered");
    return String.format(
        Locale.ROOT,
        "validation NME %.3f %% in epoch %d%s%s",
        100 * validationNme,
        epoch,
        integers,
        measured);
  }
}
