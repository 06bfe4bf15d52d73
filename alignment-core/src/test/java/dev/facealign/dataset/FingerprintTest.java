package dev.facealign.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private record Face(String id, Landmarks landmarks, Optional<Box> box, Optional<BitSet> occluded)
      implements FaceSample {
    Face(String id, double... xy) {
      this(id, Landmarks.of(xy), Optional.empty(), Optional.empty());
    }

    Face with(Box added) {
      return new Face(id, landmarks, Optional.of(added), occluded);
    }

    Face hidden(int... points) {
      BitSet flags = new BitSet();
      for (int m : points) {
        flags.set(m);
      }
      return new Face(id, landmarks, box, Optional.of(flags));
    }

    @Override
    public String pictureId() {
      return id;
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

  @Test
  void tellsFacesApartByAllThatIsAnnotated() {
    // Given
    Face face = new Face("a", 1, 2, 3, 4);
    List<Face> others =
        List.of(
            face,
            new Face("b", 1, 2, 3, 4),
            new Face("a", 1, 2, 3, 4.000000001),
            face.with(new Box(0, 0, 5, 5)),
            face.with(new Box(0, 0, 5, 6)),
            face.hidden(),
            face.hidden(0),
            face.hidden(1),
            face.with(new Box(0, 0, 5, 5)).hidden(1));

    // Then
    assertThat(others.stream().map(other -> Fingerprint.of(List.of(other))))
        .doesNotHaveDuplicates();
  }

  @Test
  void growsFaceByFace() {
    // Given
    Face a = new Face("a", 1, 2);
    Face b = new Face("b", 3, 4);
    Fingerprint fingerprint = new Fingerprint();

    // When
    fingerprint.add(a);
    String afterOne = fingerprint.sha256();
    fingerprint.add(b);

    // Then
    assertThat(afterOne).isEqualTo(Fingerprint.of(List.of(a)));
    assertThat(fingerprint.sha256())
        .isEqualTo(Fingerprint.of(List.of(a, b)))
        .isNotEqualTo(Fingerprint.of(List.of(b, a)));
    assertThat(fingerprint.faces()).isEqualTo(2);
  }

  @Test
  void ofPointsAloneItIsWhatItHasAlwaysBeen() {
    // Given: published shape models and models carry it
    Face face = new Face("a", 1, 2);

    // Then: SHA-256 of "a", 0, and two float64
    assertThat(Fingerprint.of(List.of(face)))
        .isEqualTo("13d360896377a442e2e21f43f45328bb8a134620b0d7c26299b4ce881d18e1c6");
  }
}
