package dev.facealign.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.Landmarks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class HoldOutTest {
  private record Face(String id, String pictureId) implements FaceSample {
    @Override
    public Landmarks landmarks() {
      return Landmarks.of(0, 0);
    }

    @Override
    public boolean hasPicture() {
      return false;
    }

    @Override
    public byte[] readEncodedPicture() {
      return new byte[0];
    }
  }

  @Property(tries = 200)
  void noPictureIsOnBothSidesAndNoFaceIsLost(
      @ForAll @IntRange(min = 2, max = 60) int pictures,
      @ForAll @IntRange(min = 1, max = 4) int facesAPicture,
      @ForAll @DoubleRange(min = 0.05, max = 0.5) double share,
      @ForAll long seed) {
    // Given
    List<FaceSample> faces = faces(pictures, facesAPicture);

    // When
    HoldOut holdOut = HoldOut.split(faces, share, seed);

    // Then
    assertThat(pictures(holdOut.training()))
        .doesNotContainAnyElementsOf(pictures(holdOut.validation()));
    assertThat(holdOut.training().size() + holdOut.validation().size()).isEqualTo(faces.size());
    assertThat(holdOut.training()).isNotEmpty();
    assertThat(holdOut.validation()).isNotEmpty();
    assertThat(holdOut.validation().size())
        .isLessThanOrEqualTo((int) Math.round(share * faces.size()) + facesAPicture);
  }

  @Example
  void isDeterministicWhateverTheOrder() {
    // Given
    List<FaceSample> faces = faces(100, 2);
    List<FaceSample> reversed = new ArrayList<>(faces);
    Collections.reverse(reversed);

    // Then
    assertThat(pictures(HoldOut.split(reversed, 0.1, 7).validation()))
        .isEqualTo(pictures(HoldOut.split(faces, 0.1, 7).validation()))
        .isNotEqualTo(pictures(HoldOut.split(faces, 0.1, 8).validation()))
        .hasSize(10);
  }

  @Example
  void needsTwoPictures() {
    assertThatThrownBy(() -> HoldOut.split(faces(1, 9), 0.1, 1))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("pictures: 1");
  }

  @Example
  void refusesSharesThatLeaveNothing() {
    for (double share : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> HoldOut.split(faces(5, 1), share, 1))
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("validation_share");
    }
  }

  private static List<FaceSample> faces(int pictures, int facesAPicture) {
    return IntStream.range(0, pictures * facesAPicture)
        .<FaceSample>mapToObj(i -> new Face("face" + i, "picture" + i / facesAPicture))
        .toList();
  }

  private static Set<String> pictures(List<FaceSample> faces) {
    return faces.stream().map(FaceSample::pictureId).collect(Collectors.toSet());
  }
}
