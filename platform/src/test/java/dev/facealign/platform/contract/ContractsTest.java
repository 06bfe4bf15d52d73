package dev.facealign.platform.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.crop.BoxSource;
import dev.facealign.crop.CropPolicy;
import dev.facealign.dataset.DatasetFormat;
import dev.facealign.fault.FaultException;
import dev.facealign.shape.ComponentPolicy;
import dev.facealign.v1.Box;
import dev.facealign.v1.BoxJitter;
import dev.facealign.v1.DatasetRef;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContractsTest {

  @Test
  void fillsInDefaults() {
    assertThat(Contracts.cropPolicy(0)).isEqualTo(CropPolicy.SQUARE_V1);
    assertThat(Contracts.cropPolicy(0, CropPolicy.STRETCH_V1)).isEqualTo(CropPolicy.STRETCH_V1);
    assertThat(Contracts.dataset(DatasetRef.newBuilder().setName("300w").build(), "train"))
        .isEqualTo(DatasetRef.newBuilder().setName("300w").setSplit("train").build());
    assertThat(Contracts.datasetFormat(0)).isEmpty();
    assertThat(Contracts.boxSource(0, BoxJitter.getDefaultInstance()))
        .isEqualTo(BoxSource.GROUND_TRUTH);
    assertThat(
            Contracts.boxSource(
                dev.facealign.v1.BoxSource.BOX_SOURCE_JITTERED_VALUE,
                BoxJitter.getDefaultInstance()))
        .isEqualTo(new BoxSource.Jittered(0.05, 0.1, 1));
  }

  @Test
  void roundTripsValues() {
    for (CropPolicy policy : CropPolicy.values()) {
      assertThat(Contracts.cropPolicy(Contracts.toProto(policy).getNumber())).isEqualTo(policy);
    }
    for (DatasetFormat format : DatasetFormat.values()) {
      assertThat(Contracts.datasetFormat(Contracts.toProto(Optional.of(format)).getNumber()))
          .contains(format);
    }
    for (BoxSource source :
        List.of(
            BoxSource.GROUND_TRUTH,
            BoxSource.GIVEN,
            new BoxSource.Jittered(0.5, 0, Long.MIN_VALUE))) {
      assertThat(
              Contracts.boxSource(
                  Contracts.toProto(source).getNumber(),
                  Contracts.boxJitter(source).orElse(BoxJitter.getDefaultInstance())))
          .isEqualTo(source);
    }
    ComponentPolicy variance = new ComponentPolicy.VarianceShare(0.9);
    assertThat(Contracts.componentPolicy(Contracts.toProto(variance))).isEqualTo(variance);
    ComponentPolicy count = new ComponentPolicy.ComponentShare(0.5);
    assertThat(Contracts.componentPolicy(Contracts.toProto(count))).isEqualTo(count);
    dev.facealign.geometry.Box box = new dev.facealign.geometry.Box(1, 2, 3, 4);
    assertThat(Contracts.box(Contracts.toProto(box))).isEqualTo(box);
  }

  @Test
  void refusesByNameWhatItDoesNotKnow() {
    assertThatThrownBy(() -> Contracts.cropPolicy(7))
        .isInstanceOf(FaultException.class)
        .hasMessage(
            "crop_policy: 7 (expected: one of [CROP_POLICY_UNSPECIFIED, CROP_POLICY_SQUARE_V1, CROP_POLICY_STRETCH_V1])");
    assertThatThrownBy(() -> ShapeModelContract.alignment(7))
        .hasMessageStartingWith("alignment: 7 (expected: one of [");
    assertThatThrownBy(
            () ->
                Contracts.dataset(
                    DatasetRef.newBuilder().setName("x").setFormatValue(9).build(), "train"))
        .hasMessageStartingWith("dataset.format: 9 (expected: one of [");
    assertThatThrownBy(() -> Contracts.dataset(DatasetRef.getDefaultInstance(), "train"))
        .hasMessage("dataset.name: empty (expected: the name of a dataset)");
    assertThatThrownBy(() -> Contracts.boxSource(2, BoxJitter.getDefaultInstance()))
        .hasMessageStartingWith("box_source: BOX_SOURCE_DETECTOR (expected: ");
    assertThatThrownBy(() -> Contracts.boxSource(9, BoxJitter.getDefaultInstance()))
        .hasMessageStartingWith("box_source: 9 (expected: one of [");
    assertThatThrownBy(
            () -> Contracts.boxSource(4, BoxJitter.newBuilder().setShiftShare(2).build()))
        .hasMessage("box_jitter.shift_share: 2.0 (expected: in [0, 0.5])");
    assertThatThrownBy(
            () -> Contracts.componentPolicy(dev.facealign.v1.ComponentPolicy.getDefaultInstance()))
        .hasMessage("components: neither (expected: one of variance_share and component_share)");
    assertThatThrownBy(() -> Contracts.box(Box.newBuilder().setWidth(Double.NaN).build()))
        .isInstanceOf(FaultException.class);
  }
}
