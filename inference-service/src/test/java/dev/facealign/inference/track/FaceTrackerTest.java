package dev.facealign.inference.track;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.inference.track.FaceTracker.Followed;
import dev.facealign.inference.track.FaceTracker.Identified;
import dev.facealign.inference.track.FaceTracker.Plan;
import dev.facealign.landmark.Landmarks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FaceTrackerTest {
  private static final TrackingSettings SETTINGS =
      new TrackingSettings(
          0.3, Duration.ofSeconds(1), 5, Duration.ofSeconds(1), 3, Duration.ofSeconds(2), 4);

  private final FaceTracker tracker = new FaceTracker(SETTINGS);

  @Test
  void aFaceThatLeavesThePictureIsNotFollowed() {
    // Given two faces, of which one goes out of the picture
    see(0, false, face(50, 50, 20), face(150, 50, 30));
    assertThat(plan(0.1).followed()).extracting(Followed::identity).containsExactly(2L, 1L);
    see(0.1, false, face(-30, 50, 20), face(150, 50, 30));

    // When
    Plan plan = plan(0.2);

    // Then
    assertThat(plan.followed()).extracting(Followed::identity).containsExactly(2L);
  }

  @Test
  void planningChangesNothing() {
    see(0, false, face(50, 50, 20));
    Plan first = plan(1.5);
    assertThat(plan(1.5)).isEqualTo(first);
    assertThat(first.search()).isTrue();
    assertThat(first.anew()).isFalse();
    assertThat(plan(2.5).anew()).isTrue();
    assertThat(plan(0.5).search()).isFalse();
  }

  @Test
  void followsNoMoreFacesThanAreWanted() {
    see(0, false, face(50, 50, 20), face(150, 50, 30));
    assertThat(tracker.plan(scene(0.1), 1).followed())
        .extracting(Followed::identity)
        .containsExactly(2L);
  }

  @Test
  void ofTwoFollowedFacesThatMeetTheOlderOneIsLeft() {
    // Given
    see(0, true, face(50, 50, 20), face(100, 50, 20));
    Plan plan = plan(0.1);
    List<Sighting> both =
        List.of(
            new Sighting(face(75, 50, 20), OptionalLong.of(2)),
            new Sighting(face(76, 50, 20), OptionalLong.of(1)));

    // When
    List<Identified> who = tracker.saw(plan, both, false, false, null);

    // Then
    assertThat(who).extracting(Identified::identity).containsExactly(1L);
    assertThat(who.get(0).sighting()).isEqualTo(1);
    assertThat(plan(0.2).followed()).hasSize(1);
    assertThat(see(0.2, false, face(100, 50, 20))).containsExactly(3L);
  }

  @Test
  void theOnesLostLongestAreForgottenWhereThereAreTooMany() {
    // Given four faces, lost one after the other
    see(0, true, face(20, 20, 20), face(80, 20, 20), face(20, 80, 20), face(80, 80, 20));
    see(0.1, true, face(80, 20, 20), face(20, 80, 20), face(80, 80, 20));
    see(0.2, true, face(20, 80, 20), face(80, 80, 20));

    // When two new ones come
    see(0.3, true, face(150, 20, 20), face(150, 80, 20));

    // Then of the four the two seen last are left
    assertThat(
            see(0.4, true, face(20, 20, 20), face(80, 20, 20), face(20, 80, 20), face(80, 80, 20)))
        .containsExactly(7L, 8L, 3L, 4L);
  }

  @Property(tries = 200)
  void identitiesAreNeverGivenTwice(@ForAll @IntRange(min = 0, max = 100_000) int seed) {
    // Given any faces in any pictures
    FaceTracker any = new FaceTracker(SETTINGS);
    Random random = new Random(seed);
    Set<Long> gone = new HashSet<>();
    Set<Long> before = new HashSet<>();
    double seconds = 0;
    for (int picture = 0; picture < 40; picture++) {
      seconds += random.nextInt(20) == 0 ? 3 : 0.3 * random.nextDouble() + 0.01;
      boolean given = random.nextBoolean();
      Plan plan = any.plan(scene(seconds), 3);
      List<Sighting> sightings = new ArrayList<>();
      for (Followed followed : plan.followed()) {
        if (!given && random.nextInt(4) > 0) {
          sightings.add(new Sighting(followed.landmarks(), OptionalLong.of(followed.identity())));
        }
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        double side = 10 + random.nextInt(30);
        sightings.add(
            new Sighting(
                face(random.nextInt(200), random.nextInt(100), side), OptionalLong.empty()));
      }

      // When
      List<Identified> who = any.saw(plan, sightings, given, true, null);

      // Then nobody is there twice, and who was forgotten does not come back
      Set<Long> now = new HashSet<>(who.stream().map(Identified::identity).toList());
      assertThat(now).hasSize(who.size());
      assertThat(Collections.disjoint(now, gone)).isTrue();
      if (given) {
        assertThat(who).hasSameSizeAs(sightings);
      }
      if (plan.anew()) {
        gone.addAll(before);
        before.clear();
        assertThat(Collections.disjoint(now, gone)).isTrue();
      }
      before.addAll(now);
    }
  }

  private List<Long> see(double seconds, boolean given, Landmarks... faces) {
    List<Sighting> sightings = new ArrayList<>();
    for (Landmarks face : faces) {
      sightings.add(new Sighting(face, OptionalLong.empty()));
    }
    return tracker.saw(plan(seconds), sightings, given, true, null).stream()
        .map(Identified::identity)
        .toList();
  }

  private Plan plan(double seconds) {
    return tracker.plan(scene(seconds), 10);
  }

  private static Scene scene(double seconds) {
    return new Scene("model", "68", 200, 100, OptionalDouble.of(seconds));
  }

  private static Landmarks face(double centreX, double centreY, double side) {
    double half = side / 2;
    return Landmarks.of(
        centreX - half, centreY - half, centreX + half, centreY - half, centreX, centreY + half);
  }
}
