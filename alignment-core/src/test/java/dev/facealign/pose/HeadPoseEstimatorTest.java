package dev.facealign.pose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.catalog.DatasetCatalog;
import dev.facealign.fault.FaultException;
import dev.facealign.geometry.Affine;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.Landmarks;
import dev.facealign.testkit.SharedDatasets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class HeadPoseEstimatorTest {
  private static final LandmarkScheme SCHEME = LandmarkScheme.byId("68");

  private final HeadPoseEstimator estimator = new HeadPoseEstimator();

  @Property(tries = 300)
  void findsTheTurnOfTheMeanHead(
      @ForAll @DoubleRange(min = -80, max = 80) double yaw,
      @ForAll @DoubleRange(min = -60, max = 60) double pitch,
      @ForAll @DoubleRange(min = -179, max = 179) double roll,
      @ForAll @DoubleRange(min = 0.1, max = 900) double scale) {
    // Given the mean head turned, far from the camera
    Landmarks seen = view(MeanHead.points(), new HeadPose(yaw, pitch, roll), scale);

    // When
    HeadPose pose = estimator.estimate(seen).orElseThrow();

    // Then
    assertThat(pose.yaw()).isCloseTo(yaw, Offset.offset(1e-3));
    assertThat(pose.pitch()).isCloseTo(pitch, Offset.offset(1e-3));
    assertThat(pose.roll()).isCloseTo(roll, Offset.offset(1e-3));
  }

  @Test
  void isNearForOtherHeadsThanTheMean() {
    // Given heads whose points are 2 % of the distance of their eyes elsewhere, in all directions
    Random random = new Random(3);
    int heads = 500;
    double[] errors = new double[3];
    for (int i = 0; i < heads; i++) {
      double[][] head = MeanHead.points();
      for (double[] point : head) {
        for (int axis = 0; axis < 3; axis++) {
          point[axis] += 0.02 * random.nextGaussian();
        }
      }
      double yaw = 90 * random.nextDouble() - 45;
      double pitch = 60 * random.nextDouble() - 30;

      // When
      HeadPose pose =
          estimator.estimate(view(head, new HeadPose(yaw, pitch, 5), 100)).orElseThrow();
      errors[0] += Math.abs(pose.yaw() - yaw) / heads;
      errors[1] += Math.abs(pose.pitch() - pitch) / heads;
      errors[2] += Math.abs(pose.roll() - 5) / heads;
    }

    // Then: degrees, on average
    assertThat(errors[0]).as("yaw").isLessThan(1.6);
    assertThat(errors[1]).as("pitch").isLessThan(1.6);
    assertThat(errors[2]).as("roll").isLessThan(0.8);
  }

  @Test
  void signsAreThoseOfTheContract() {
    // Given a head that looks straight ahead: its nose is before its eyes
    double[][] head = MeanHead.points();
    double[] straight = noseFromEyes(view(head, new HeadPose(0, 0, 0), 100));

    // Then: looking to the picture's right moves the nose right, up moves it up
    assertThat(noseFromEyes(view(head, new HeadPose(20, 0, 0), 100))[0])
        .isGreaterThan(straight[0] + 5);
    assertThat(noseFromEyes(view(head, new HeadPose(0, 20, 0), 100))[1])
        .isLessThan(straight[1] - 5);
    // and turned clockwise the right eye is lower than the left one
    Landmarks clockwise = view(head, new HeadPose(0, 0, 20), 100);
    assertThat(clockwise.y(45)).isGreaterThan(clockwise.y(36) + 5);
  }

  @Test
  void realFacesTurnWithTheirPictures() {
    for (Landmarks face : realFaces()) {
      // Given
      HeadPose pose = estimator.estimate(face).orElseThrow();

      // When the picture is mirrored, or turned by 30 degrees and scaled
      HeadPose mirrored = estimator.estimate(face.mirrored(SCHEME, 50)).orElseThrow();
      Affine turn = Affine.rotation(Math.toRadians(30)).then(Affine.scale(3, 3));
      HeadPose turned = estimator.estimate(face.map(turn)).orElseThrow();

      // Then
      Offset<Double> close = Offset.offset(1e-4);
      assertThat(mirrored.yaw()).isCloseTo(-pose.yaw(), close);
      assertThat(mirrored.pitch()).isCloseTo(pose.pitch(), close);
      assertThat(mirrored.roll()).isCloseTo(-pose.roll(), close);
      assertThat(turned.yaw()).isCloseTo(pose.yaw(), close);
      assertThat(turned.pitch()).isCloseTo(pose.pitch(), close);
      assertThat(turned.roll()).isCloseTo(pose.roll() + 30, close);
    }
  }

  @Test
  void realFacesMostlyLookIntoTheCamera() {
    List<Landmarks> faces = realFaces();
    double[] yaws = new double[faces.size()];
    double[] pitches = new double[faces.size()];
    for (int i = 0; i < yaws.length; i++) {
      HeadPose pose = estimator.estimate(faces.get(i)).orElseThrow();
      yaws[i] = pose.yaw();
      pitches[i] = pose.pitch();
    }
    Arrays.sort(yaws);
    Arrays.sort(pitches);
    assertThat(Math.abs(yaws[yaws.length / 2])).isLessThan(5);
    assertThat(Math.abs(pitches[pitches.length / 2])).isLessThan(5);
    assertThat(yaws[0]).isGreaterThan(-75);
    assertThat(yaws[yaws.length - 1]).isLessThan(75);
  }

  @Test
  void pointsOnOneLineHaveNoPose() {
    double[] line = new double[136];
    for (int m = 0; m < 68; m++) {
      line[2 * m] = m;
      line[2 * m + 1] = 2 * m;
    }
    assertThat(estimator.estimate(Landmarks.of(line))).isEmpty();
    assertThat(estimator.estimate(Landmarks.of(new double[136]))).isEmpty();
    assertThat(estimator.misfit(SCHEME, Landmarks.of(line))).hasValue(Double.POSITIVE_INFINITY);
  }

  @Test
  void onlyOneSchemeHasPoses() {
    estimator.requireScheme(SCHEME);
    LandmarkScheme other = LandmarkScheme.byId("29");
    assertThatThrownBy(() -> estimator.requireScheme(other))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("options.head_pose: true (expected: absent or false");
    assertThat(estimator.misfit(other, Landmarks.of(new double[58]))).isEmpty();
  }

  private static List<Landmarks> realFaces() {
    SharedDatasets.require("300w-train-shapes");
    List<FaceSample> faces =
        new DatasetCatalog(SharedDatasets.root()).open("300w-train-shapes", "afw", "68").faces();
    return faces.stream().map(FaceSample::landmarks).toList();
  }

  private static double[] noseFromEyes(Landmarks face) {
    return new double[] {
      face.x(30) - (face.x(36) + face.x(45)) / 2, face.y(30) - (face.y(36) + face.y(45)) / 2
    };
  }

  /** R = Rz(roll) Ry(yaw) Rx(pitch), written out the long way. */
  private static Landmarks view(double[][] head, HeadPose pose, double scale) {
    double yaw = Math.toRadians(pose.yaw());
    double pitch = Math.toRadians(pose.pitch());
    double roll = Math.toRadians(pose.roll());
    double[] xy = new double[2 * 68];
    for (int i = 0; i < head.length; i++) {
      double x = head[i][0];
      double y = head[i][1] * Math.cos(pitch) + head[i][2] * Math.sin(pitch);
      double z = head[i][2] * Math.cos(pitch) - head[i][1] * Math.sin(pitch);
      double across = x * Math.cos(yaw) - z * Math.sin(yaw);
      int at = 2 * (MeanHead.FIRST + i);
      xy[at] = 300 + scale * (across * Math.cos(roll) - y * Math.sin(roll));
      xy[at + 1] = 200 + scale * (across * Math.sin(roll) + y * Math.cos(roll));
    }
    return Landmarks.of(xy);
  }
}
