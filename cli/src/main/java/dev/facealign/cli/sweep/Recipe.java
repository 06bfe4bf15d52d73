package dev.facealign.cli.sweep;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.facealign.cli.output.Figures;
import dev.facealign.cli.training.LossName;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.TrainingJob;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a job is trained by, its seed aside. Jobs of one recipe differ by chance alone.
 *
 * @param settings without what names and seeds a job or says how it is run
 */
record Recipe(TrainingJob settings) {

  static Recipe of(TrainingJob job) {
    return new Recipe(
        job.toBuilder()
            .clearJobId()
            .clearSweep()
            .clearSeed()
            .clearModelName()
            .clearPriority()
            .clearContinueJob()
            .clearCheckpointEveryEpochs()
            .clearCheckpointEverySeconds()
            .build());
  }

  /** Such as "mobilenet-v2". */
  String network() {
    return Figures.word(settings.getNetwork(), "NETWORK_");
  }

  /** Such as "acr". */
  String loss() {
    return settings.getLoss().getKind() == LossKind.UNRECOGNIZED
        ? "unknown"
        : LossName.of(settings.getLoss().getKind()).name();
  }

  /** "-" for losses without one. */
  String lambda() {
    return loss().equals(LossName.acr.name()) && settings.getLoss().hasLambda()
        ? number(settings.getLoss().getLambda())
        : "-";
  }

  /** What the first columns of a table tell of it. */
  List<String> headline() {
    return List.of(network(), loss(), lambda());
  }

  /** All settings by their paths, such as "loss.coordinate_scale". */
  Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    flatten("", settings, values);
    return values;
  }

  private static void flatten(String prefix, Message message, Map<String, String> values) {
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      String path = prefix + field.getKey().getName();
      if (!field.getKey().isRepeated() && field.getValue() instanceof Message inner) {
        flatten(path + ".", inner, values);
      } else {
        values.put(path, text(field.getValue()));
      }
    }
  }

  private static String text(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Recipe::text).collect(Collectors.joining(" ", "[", "]"));
    }
    if (value instanceof Message message) {
      return "{"
          + TextFormat.printer().emittingSingleLine(true).printToString(message).trim()
          + "}";
    }
    if (value instanceof EnumValueDescriptor word) {
      return word.getName();
    }
    return value instanceof Double number ? number(number) : value.toString();
  }

  private static String number(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : Double.toString(value);
  }
}
