package dev.facealign.landmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.crop.CropPolicy;
import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme.PointPair;
import dev.facealign.landmark.LandmarkScheme.Pupils;
import dev.facealign.testkit.SharedDatasets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LandmarkSchemeTest {
  /** Where COFW's points lie in a plain frontal face, outer eye corners at (-50, 0) and (50, 0). */
  private static final Landmarks PLAIN_FACE_29 =
      Landmarks.of(
          -60, -15, 60, -15, -15, -15, 15, -15, // brows: outer ends, inner ends
          -40, -25, -40, -15, 40, -25, 40, -15, // left brow's middle above, below; right brow's
          -50, 0, 50, 0, -20, 0, 20, 0, // eyes: outer corners, inner corners
          -35, -5, -35, 5, 35, -5, 35, 5, // left eye's lids above, below; right eye's
          -35, 0, 35, 0, // pupils
          -20, 45, 20, 45, 0, 40, 0, 55, // nose: left, right, tip, below
          -30, 75, 30, 75, // corners of the mouth
          0, 70, 0, 75, 0, 80, 0, 90, // upper lip above, below; lower lip above, below
          0, 125); // chin

  @ParameterizedTest
  @ValueSource(strings = {"68", "29"})
  void mirroringIsAnInvolutionOnAllPoints(String id) {
    // Given
    LandmarkScheme scheme = LandmarkScheme.byId(id);

    // Then
    assertThat(IntStream.range(0, scheme.count()).map(m -> scheme.mirrorOf(scheme.mirrorOf(m))))
        .containsExactly(IntStream.range(0, scheme.count()).boxed().toArray(Integer[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"68", "29"})
  void everyPointBelongsToARegionAndRegionsMirrorIntoRegions(String id) {
    // Given
    LandmarkScheme scheme = LandmarkScheme.byId(id);
    List<List<Integer>> regions =
        scheme.regions().values().stream()
            .map(region -> Arrays.stream(region.points()).sorted().boxed().toList())
            .toList();

    // Then
    assertThat(regions.stream().flatMap(List::stream).distinct()).hasSize(scheme.count());
    assertThat(regions)
        .allSatisfy(
            region ->
                assertThat(regions)
                    .contains(region.stream().map(scheme::mirrorOf).sorted().toList()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"68", "29"})
  void eyesMirrorIntoEachOther(String id) {
    // Given
    LandmarkScheme scheme = LandmarkScheme.byId(id);

    // Then
    PointPair corners = scheme.outerEyeCorners().orElseThrow();
    assertThat(scheme.mirrorOf(corners.left())).isEqualTo(corners.right());
    Pupils pupils = scheme.pupils().orElseThrow();
    assertThat(Arrays.stream(pupils.left()).map(scheme::mirrorOf).sorted())
        .containsExactly(Arrays.stream(pupils.right()).boxed().toArray(Integer[]::new));
  }

  @Test
  void theMeanFaceOf300wIsItsOwnMirrorImage() {
    // Given
    SharedDatasets.require("300w-train-shapes");
    LandmarkScheme scheme = LandmarkScheme.IBUG_68;
    List<FaceSample> faces =
        new DatasetCatalog(SharedDatasets.root()).open("300w-train-shapes", "train", "68").faces();
    double[] mean = new double[2 * scheme.count()];
    for (FaceSample face : faces) {
      double[] labels =
          CropPolicy.SQUARE_V1.region(face.landmarks().boundingBox()).toLabels(face.landmarks());
      for (int i = 0; i < mean.length; i++) {
        mean[i] += labels[i] / faces.size();
      }
    }

    // Then
    assertItsOwnMirrorImage(scheme, Landmarks.of(mean), 0, 0.03);
  }

  @Test
  void aPlainFaceOf29PointsIsItsOwnMirrorImage() {
    assertItsOwnMirrorImage(LandmarkScheme.COFW_29, PLAIN_FACE_29, 0, 1e-12);
  }

  @Test
  void refusesASchemeItDoesNotKnow() {
    assertThatThrownBy(() -> LandmarkScheme.byId("98"))
        .isInstanceOf(FaultException.class)
        .hasMessage("scheme: 98 (expected: one of [29, 68])");
  }

  private static void assertItsOwnMirrorImage(
      LandmarkScheme scheme, Landmarks mean, double axis, double tolerance) {
    Landmarks mirrored = mean.mirrored(scheme, axis);
    assertThat(IntStream.range(0, mean.count()))
        .allSatisfy(
            m ->
                assertThat(Math.hypot(mirrored.x(m) - mean.x(m), mirrored.y(m) - mean.y(m)))
                    .as("point %s mirrored onto %s", scheme.mirrorOf(m), m)
                    .isLessThan(tolerance));
  }
}
