package dev.facealign.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetSummary;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.metric.Normaliser;
import dev.facealign.testkit.SharedDatasets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ProtocolTest {

  private static DatasetSummary dataset(
      DatasetFormat format, String split, LandmarkScheme scheme, int faces, int expected) {
    return new DatasetSummary("mine", split, format, scheme, faces, expected, "");
  }

  @ParameterizedTest
  @FieldSource("dev.facealign.protocol.Protocol#ALL")
  void isFoundByItsName(Protocol protocol) {
    assertThat(Protocol.byId(protocol.id())).isSameAs(protocol);
    assertThat(protocol.normaliser()).isEqualTo(Normaliser.INTER_OCULAR);
    assertThat(Normaliser.defaultOf(LandmarkScheme.byId(protocol.scheme())))
        .isEqualTo(protocol.normaliser());
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> Protocol.byId("300w"))
        .hasMessage(
            "protocol: 300w (expected: one of [300w-common, 300w-challenging, 300w-full, cofw-test])");
  }

  @Test
  void fullIsItsPartsTogether() {
    assertThat(Protocol.W300_FULL.parts().stream().mapToInt(Protocol::completeFaces).sum())
        .isEqualTo(Protocol.W300_FULL.completeFaces());
    for (String folder : new String[] {"helen/testset", "LFPW/testset/more", "ibug"}) {
      assertThat(Protocol.W300_FULL.holds(folder)).isTrue();
      assertThat(Protocol.W300_FULL.parts().stream().filter(part -> part.holds(folder))).hasSize(1);
    }
    assertThat(Protocol.W300_FULL.holds("helen/trainset")).isFalse();
    assertThat(Protocol.W300_CHALLENGING.holds("ibug2")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "W300, common, 224, 554, 300w-common",
    "W300, Full, 224, 689, 300w-full",
    "W300, full, 8, 0, ",
    "W300, test, 689, 689, ",
    "W300, lfpw/testset, 224, 224, "
  })
  void aDatasetIsRecognisedThoughPartOfItIsMissing(
      DatasetFormat format, String split, int faces, int expected, String id) {
    assertThat(
            Protocol.of(dataset(format, split, LandmarkScheme.IBUG_68, faces, expected))
                .map(Protocol::id)
                .orElse(null))
        .isEqualTo(id);
  }

  @Test
  void aFileOfCofwsFormatIsCofwOnlyWithAllItsFaces() {
    // Given
    DatasetSummary cofw = dataset(DatasetFormat.COFW, "test", LandmarkScheme.COFW_29, 507, 507);
    DatasetSummary other = dataset(DatasetFormat.COFW, "test", LandmarkScheme.COFW_29, 71, 507);

    // Then
    assertThat(Protocol.of(cofw)).contains(Protocol.COFW_TEST);
    assertThat(Protocol.of(other)).isEmpty();
    assertThatThrownBy(() -> Protocol.COFW_TEST.require(other))
        .hasMessageContaining("dataset mine has 71 faces of 29 points")
        .hasMessageContaining("expected: COFW's own file of 507;");
  }

  @Test
  void lfpw29IsNotTakenForCofw() {
    // Given
    Path folder = SharedDatasets.require("lfpw29-cofw-format");
    DatasetCatalog catalog = new DatasetCatalog(Objects.requireNonNull(folder.getParent()));

    // When
    DatasetSummary test = catalog.open("lfpw29-cofw-format", "test", "").summary();

    // Then
    assertThat(test.faces()).isEqualTo(71);
    assertThatThrownBy(() -> Protocol.COFW_TEST.require(test))
        .hasMessageContaining("lfpw29-cofw-format has 71 faces");
  }

  @Test
  void partsOf300wAtHandAreCountedForWhatTheyAre() {
    // Given
    Path folder = SharedDatasets.require("300w");
    DatasetCatalog catalog = new DatasetCatalog(Objects.requireNonNull(folder.getParent()));

    // When
    DatasetSummary common = catalog.open("300w", "common", "").summary();

    // Then
    assertThat(Protocol.of(common)).contains(Protocol.W300_COMMON);
    assertThat(common.partial()).isTrue();
    assertThat(common.faces()).isLessThan(common.expectedFaces());
    assertThat(common.expectedFaces()).isEqualTo(Protocol.W300_COMMON.completeFaces());
  }
}
