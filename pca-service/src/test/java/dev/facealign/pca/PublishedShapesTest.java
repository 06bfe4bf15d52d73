package dev.facealign.pca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.testkit.SharedDatasets;
import dev.facealign.v1.CropPolicy;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.FitShapeModelProgress;
import dev.facealign.v1.FitShapeModelRequest;
import dev.facealign.v1.ShapeModelSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The 3148 training shapes of 300W: METHOD 2 says how many components explain how much of them. */
@Timeout(120)
class PublishedShapesTest {

  @TempDir Path folder;

  @Test
  void needsAsManyComponentsAsThePublishedCode() {
    // Given
    SharedDatasets.require("300w-train-shapes");
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
        RunningPca pca =
            RunningPca.start(broker.bootstrapServers(), folder, SharedDatasets.root())) {
      // When
      ShapeModelSummary stretched = fit(pca, CropPolicy.CROP_POLICY_STRETCH_V1);
      ShapeModelSummary square = fit(pca, CropPolicy.CROP_POLICY_SQUARE_V1);

      // Then
      assertThat(stretched.getDataset().getFaces()).isEqualTo(3148);
      assertThat(stretched.getDataset().getExpectedFaces()).isEqualTo(3148);
      assertThat(stretched.getComponents()).isEqualTo(136);
      assertThat(stretched.getComponentsByVarianceList()).containsExactly(2, 3, 4, 7, 11);
      assertThat(square.getComponentsByVarianceList()).containsExactly(2, 3, 4, 7, 11);
      assertThat(square.getVersion()).isNotEqualTo(stretched.getVersion());

      // Then: reading and fitting are told apart; how fast they are is the benchmarks' affair
      MeterRegistry metrics = pca.bean(MeterRegistry.class);
      assertThat(metrics.get("facealign.pca.fit.reading").timer().count()).isEqualTo(2);
      assertThat(metrics.get("facealign.pca.fit.fitting").timer().count()).isEqualTo(2);
    }
  }

  private static ShapeModelSummary fit(RunningPca pca, CropPolicy crop) {
    List<FitShapeModelProgress> messages =
        pca.fit(
            FitShapeModelRequest.newBuilder()
                .setDataset(DatasetRef.newBuilder().setName("300w-train-shapes"))
                .setCropPolicy(crop)
                .build());
    return messages.get(messages.size() - 1).getResult();
  }
}
