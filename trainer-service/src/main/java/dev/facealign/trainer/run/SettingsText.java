package dev.facealign.trainer.run;

import dev.facealign.trainer.job.TrainingSettings;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a run's course depends on, as names and texts: "optimiser.learningRate" = "0.001". */
final class SettingsText {

  /** Settings that may differ between a checkpoint and the run that goes on from it. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "jobId",
          "modelName",
          "checkpointEveryEpochs",
          "checkpointEverySeconds",
          "priority",
          "sweep",
          "continueJob",
          "int8",
          "cropPolicy",
          "boxes");

  private SettingsText() {}

  /** The texts of a plan: settings, cropping and data. */
  static Map<String, String> of(TrainingPlan plan) {
    Map<String, String> texts = new TreeMap<>();
    put(texts, "", plan.settings());
    texts.keySet().removeAll(WITHOUT_EFFECT);
    if (plan.settings().startModel() == null) {
      // As in checkpoints of the time before there was a start.
      texts.remove("startModel");
    }
    texts.put("cropping", plan.cropping().toString());
    texts.put("dataset.fingerprint", plan.dataset().fingerprint());
    return texts;
  }

  private static void put(Map<String, String> texts, String name, @Nullable Object value) {
    if (value instanceof Record record) {
      texts.put(name.isEmpty() ? "kind" : name, record.getClass().getSimpleName());
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        put(
            texts,
            name.isEmpty() ? component.getName() : name + "." + component.getName(),
            read(component, record));
      }
    } else if (value instanceof List<?> list) {
      texts.put(name, list.size() + " entries");
      for (int i = 0; i < list.size(); i++) {
        put(texts, name + "[" + i + "]", list.get(i));
      }
    } else {
      texts.put(name, value == null ? "none" : value.toString());
    }
  }

  private static @Nullable Object read(RecordComponent component, Record record) {
    try {
      var accessor = component.getAccessor();
      // Records nested in interfaces are public, their modules' packages need not be.
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + TrainingSettings.class + " " + component, e);
    }
  }
}
