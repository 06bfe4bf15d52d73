package dev.facealign.benchmarks.accuracy;

import com.google.gson.reflect.TypeToken;
import dev.facealign.trainer.run.Checkpoint;
import dev.facealign.trainer.run.EpochFigures;
import dev.facealign.trainer.run.EpochSamples;
import dev.facealign.trainer.run.RunObserver;
import dev.facealign.trainer.run.StartedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a run keeps what it needs to go on: its checkpoint, and its curve so far. */
final class RunFolder implements RunObserver {

  private static final String CURVE = "curve.json";

  private final Path folder;
  private final @Nullable Checkpoint checkpoint;
  private final List<CurvePoint> curve;

  private RunFolder(Path folder, @Nullable Checkpoint checkpoint, List<CurvePoint> curve) {
    this.folder = folder;
    this.checkpoint = checkpoint;
    this.curve = curve;
  }

  static RunFolder open(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (!Files.exists(folder.resolve(Checkpoint.FILE))) {
      return new RunFolder(folder, null, new ArrayList<>());
    }
    Checkpoint checkpoint = Checkpoint.read(folder);
    List<CurvePoint> curve =
        RunJson.GSON.fromJson(
            Files.readString(folder.resolve(CURVE)), new TypeToken<List<CurvePoint>>() {});
    // Epochs after the checkpoint are done anew.
    curve.removeIf(point -> point.epoch() > checkpoint.epoch());
    return new RunFolder(folder, checkpoint, curve);
  }

  @Nullable Checkpoint checkpoint() {
    return checkpoint;
  }

  List<CurvePoint> curve() {
    return List.copyOf(curve);
  }

  @Override
  public void started(StartedRun run) {
    System.out.println(run);
  }

  @Override
  public void epochCompleted(EpochFigures figures, EpochSamples samples) {
    curve.add(
        new CurvePoint(
            figures.epoch(),
            figures.inputSizePx(),
            figures.loss(),
            figures.validationNme(),
            figures.learningRate(),
            figures.smoothFaceComponents(),
            figures.imagesPerSecond(),
            figures.epochSeconds()));
    System.out.printf(
        Locale.ROOT,
        "epoch %d/%d loss %.5f validation NME %.3f %% best %.3f %% %.1f images/s %.0f s to go%n",
        figures.epoch(),
        figures.epochs(),
        figures.loss(),
        100 * figures.validationNme(),
        100 * figures.bestValidationNme(),
        figures.imagesPerSecond(),
        figures.remainingSeconds());
  }

  @Override
  public void checkpoint(Checkpoint next) {
    try {
      // The curve first: a curve that is longer than the checkpoint is cut when it is read.
      replace(CURVE, RunJson.GSON.toJson(curve).getBytes(StandardCharsets.UTF_8));
      replace(Checkpoint.FILE, next.encode());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }

  private void replace(String name, byte[] content) throws IOException {
    Path written = Files.write(folder.resolve(name + ".part"), content);
    Files.move(
        written,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
