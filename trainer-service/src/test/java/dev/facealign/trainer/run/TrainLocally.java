package dev.facealign.trainer.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facealign.augment.AugmentationSpec;
import dev.facealign.crop.CropPolicy;
import dev.facealign.crop.CropRegion;
import dev.facealign.crop.FaceCropping;
import dev.facealign.dataset.FaceDataset;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.dataset.catalog.DatasetSelection;
import dev.facealign.image.CropSampler;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.metric.ErrorDistribution;
import dev.facealign.metric.Nme;
import dev.facealign.metric.Normaliser;
import dev.facealign.shape.ComponentPolicy.VarianceShare;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.ShapeModelFitter;
import dev.facealign.trainer.job.AcrLossSpec;
import dev.facealign.trainer.job.AcrLossSpec.AcrConstant;
import dev.facealign.trainer.job.AcrLossSpec.PhiUnit;
import dev.facealign.trainer.job.InputSizeStage;
import dev.facealign.trainer.job.L1LossSpec;
import dev.facealign.trainer.job.L2LossSpec;
import dev.facealign.trainer.job.LossSpec;
import dev.facealign.trainer.job.NetworkKind;
import dev.facealign.trainer.job.OptimiserSpec;
import dev.facealign.trainer.job.OptimiserSpec.Cosine;
import dev.facealign.trainer.job.OptimiserSpec.OptimiserKind;
import dev.facealign.trainer.job.SmoothFaceStage;
import dev.facealign.trainer.job.SmoothL1LossSpec;
import dev.facealign.trainer.job.TrainingSettings;
import dev.facealign.trainer.job.WingLossSpec;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * For developers: trains from the shell, without Kafka, and prints a line an epoch. Arguments are
 * name=value, see {@link #main}; start it with the allocator settings of DESIGN section 6. With
 * {@code test=} it measures the exported model on a split of the dataset at the end: never choose
 * settings by that.
 */
public final class TrainLocally {

  private final Map<String, String> arguments = new HashMap<>();

  private TrainLocally(String[] arguments) {
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      this.arguments.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
  }

  /**
   * root= data= split= test= out= epochs= size= batch= rate= loss=acr|l2|l1|smoothl1|wing scale=
   * lambda= ...
   */
  public static void main(String[] arguments) throws IOException, OrtException {
    new TrainLocally(arguments).run();
  }

  private String text(String name, String otherwise) {
    return arguments.getOrDefault(name, otherwise);
  }

  private double number(String name, double otherwise) {
    return Double.parseDouble(text(name, Double.toString(otherwise)));
  }

  private int whole(String name, int otherwise) {
    return (int) number(name, otherwise);
  }

  private void run() throws IOException, OrtException {
    DatasetCatalog catalog = new DatasetCatalog(Path.of(text("root", "../shared/datasets")));
    String data = text("data", "300w");
    FaceDataset dataset = catalog.open(data, text("split", "train"), "68");
    CropPolicy policy = CropPolicy.valueOf(text("crop", "SQUARE_V1"));
    ShapeModelFitter fitter = new ShapeModelFitter(dataset.scheme(), policy);
    for (FaceSample face : dataset.faces()) {
      fitter.add(policy.region(face.landmarks().boundingBox()).toLabels(face.landmarks()));
    }
    ShapeModel shapes = fitter.fit();
    TrainingSettings settings = settings(data);
    System.out.println(settings);

    long started = System.nanoTime();
    RunOutcome outcome =
        new TrainingRun()
            .run(
                new TrainingPlan(settings, FaceCropping.of(policy), dataset, shapes),
                null,
                new Printer(),
                () -> false);
    System.out.printf("%s, %.0f s%n", outcome, (System.nanoTime() - started) / 1e9);
    if (outcome instanceof RunOutcome.Completed completed) {
      Files.write(Path.of(text("out", "/tmp/model.onnx")), completed.model().onnx());
      if (arguments.containsKey("test")) {
        FaceDataset test = catalog.open(data, text("test", ""), "68");
        measure(completed.model().onnx(), test, policy, settings.inputSizePx());
      }
    }
  }

  private TrainingSettings settings(String data) {
    LossSpec loss =
        switch (text("loss", "acr")) {
          case "l2" -> new L2LossSpec(number("scale", 30));
          case "l1" -> new L1LossSpec(number("scale", 30));
          case "smoothl1" -> new SmoothL1LossSpec(number("beta", 1), number("scale", 224));
          case "wing" ->
              new WingLossSpec(number("width", 10), number("epsilon", 2), number("scale", 224));
          default ->
              new AcrLossSpec(
                  number("lambda", 1),
                  number("scale", 30),
                  AcrConstant.CONTINUOUS,
                  PhiUnit.valueOf(text("phi", "COORDINATE")),
                  List.of(
                      new SmoothFaceStage(0, new VarianceShare(0.80)),
                      new SmoothFaceStage(16.0 / 151, new VarianceShare(0.85)),
                      new SmoothFaceStage(31.0 / 151, new VarianceShare(0.90)),
                      new SmoothFaceStage(71.0 / 151, new VarianceShare(0.95)),
                      new SmoothFaceStage(101.0 / 151, new VarianceShare(0.97))));
        };
    NetworkKind network = NetworkKind.valueOf(text("network", "MOBILENET_V2"));
    return new TrainingSettings(
        "local",
        DatasetSelection.of(data, "train"),
        "local",
        network,
        loss,
        whole("size", 112),
        whole("epochs", 10),
        whole("batch", 16),
        new OptimiserSpec(
            OptimiserKind.ADAMW,
            number("rate", 0.001),
            number("decay", 0.0001),
            number("warmup", 0.05),
            new Cosine(),
            number("clip", 5),
            number("ema", 0.999)),
        new AugmentationSpec(
            number("flip", 0.5),
            number("rotation", 20),
            number("zoom", 0.1),
            number("shift", 0.05),
            number("brightness", 0.2),
            number("contrast", 0.3),
            number("colour", 0.1),
            number("cover", 0.3),
            number("jitter", 0),
            number("gamma", 0),
            number("noise", 0),
            number("blur", 0)),
        number("held", 0.1),
        whole("seed", 1),
        null,
        null,
        "local",
        whole("checkpoint", 1000),
        number("dropout", network.defaultDropout()),
        number("dropconnect", network.defaultDropConnect()),
        number("momentum", 0.9),
        List.of(new InputSizeStage(0, whole("size", 112))),
        Boolean.parseBoolean(text("certainty", "true")));
  }

  private static void measure(byte[] onnx, FaceDataset test, CropPolicy policy, int size)
      throws OrtException {
    ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    List<Double> errors = new ArrayList<>();
    float[] pixels = new float[3 * size * size];
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(onnx)) {
      for (FaceSample face : test.faces()) {
        CropRegion region = policy.region(face.landmarks().boundingBox());
        CropSampler.sample(
            decoder.decode(face.readEncodedPicture()), region.cropToImage(size), size, pixels, 0);
        long[] shape = {1, 3, size, size};
        try (OnnxTensor input =
                OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
            OrtSession.Result result = session.run(Map.of("input", input))) {
          float[] output = ((float[][]) result.get(0).getValue())[0];
          double[] labels = new double[output.length];
          for (int i = 0; i < labels.length; i++) {
            labels[i] = output[i];
          }
          double distance = Normaliser.INTER_OCULAR.distance(test.scheme(), face.landmarks());
          errors.add(Nme.of(region.toImage(labels), face.landmarks(), distance));
        }
      }
    }
    ErrorDistribution distribution =
        ErrorDistribution.of(errors.stream().mapToDouble(Double::doubleValue).toArray());
    System.out.printf(
        "%s: NME %.3f %%, FR@10 %.2f %%, AUC@10 %.4f, %d faces%n",
        test.split(),
        100 * distribution.mean(),
        100 * distribution.failureRate(0.1),
        distribution.auc(0.1),
        distribution.faces());
  }

  private static final class Printer implements RunObserver {
    @Override
    public void started(StartedRun run) {
      System.out.println(run);
    }

    @Override
    public void epochCompleted(EpochFigures f) {
      System.out.printf(
          "epoch %d/%d loss %.5f validation NME %.3f %% best %.3f %% %.1f images/s rate %.6f k %d %.1f s, %.0f s to go%n",
          f.epoch(),
          f.epochs(),
          f.loss(),
          100 * f.validationNme(),
          100 * f.bestValidationNme(),
          f.imagesPerSecond(),
          f.learningRate(),
          f.smoothFaceComponents(),
          f.epochSeconds(),
          f.remainingSeconds());
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) {
      System.out.printf("checkpoint of %.1f MB%n", checkpoint.encode().length / 1e6);
    }
  }
}
