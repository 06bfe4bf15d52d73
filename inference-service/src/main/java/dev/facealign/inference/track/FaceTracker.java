package dev.facealign.inference.track;

import dev.facealign.geometry.Box;
import dev.facealign.landmark.Landmarks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The faces of one stream, from picture to picture. Looks at no pixel: it says which faces to
 * follow into a picture and whether to look for others, and takes what was seen.
 *
 * <pre>
 *   seen ──► followed ──► not seen: lost ──► seen at the same place in time: followed again
 *                                       └──► not seen for too long: forgotten
 * </pre>
 *
 * <p>Pictures come one after the other, {@link #plan} and then {@link #saw}. A picture that fails
 * between the two changes nothing. Not thread-safe; whoever calls it in turns from several threads
 * must hand it on safely.
 *
 * <p>INVARIANT: identities are counted from 1 and never given twice.
 */
public final class FaceTracker {
  /** A face this near to where one was, intersection over union of their boxes, is that one. */
  private static final double SAME_PLACE = 0.3;

  /** Two followed faces this near to each other are one. */
  private static final double SAME_FACE = 0.5;

  private final TrackingSettings settings;
  private final List<Track> tracks = new ArrayList<>();
  private @Nullable Scene newest;
  private long pictures;
  private long identities;
  // Of the last search for new faces.
  private double searchedSeconds;
  private long searchedPicture;

  /** A face that is followed or looked for. */
  private static final class Track {
    final long identity;
    Landmarks landmarks;
    Box box;
    double seenSeconds;
    long seenPicture;
    boolean lost;
    @Nullable LandmarkFilter filter;

    Track(long identity, Landmarks landmarks) {
      this.identity = identity;
      this.landmarks = landmarks;
      this.box = landmarks.boundingBox();
    }
  }

  /**
   * A face to be followed.
   *
   * @param identity its identity
   * @param landmarks its points in the picture before
   * @param box their box: where it is to be looked for
   */
  public record Followed(long identity, Landmarks landmarks, Box box) {}

  /**
   * What to do with a picture.
   *
   * @param scene the picture
   * @param anew whether everything before it is to be forgotten
   * @param followed faces to be followed, largest first
   * @param search whether to look for faces in any case
   */
  public record Plan(Scene scene, boolean anew, List<Followed> followed, boolean search) {}

  /**
   * A face and who it is.
   *
   * @param sighting index of the sighting
   * @param identity counted from 1
   * @param landmarks its points, smoothed if that was asked for
   */
  public record Identified(int sighting, long identity, Landmarks landmarks) {}

  /** One for a stream. */
  public FaceTracker(TrackingSettings settings) {
    this.settings = settings;
  }

  /**
   * What to do with the next picture; changes nothing.
   *
   * @param most faces to be followed
   */
  public Plan plan(Scene scene, int most) {
    if (newest == null || !scene.continues(newest) || tooLate(scene, newest)) {
      return new Plan(scene, true, List.of(), true);
    }
    // Pixels have extent: the first one's reaches from -0.5 to 0.5.
    Box area = new Box(-0.5, -0.5, scene.width(), scene.height());
    List<Followed> followed =
        tracks.stream()
            .filter(track -> !track.lost && track.box.overlaps(area))
            .sorted(Comparator.comparingDouble((Track track) -> -track.box.diagonal()))
            .limit(most)
            .map(track -> new Followed(track.identity, track.landmarks, track.box))
            .toList();
    boolean looksForLost =
        tracks.stream().anyMatch(track -> track.lost && remembered(track, scene, pictures + 1));
    return new Plan(scene, false, followed, looksForLost || followed.isEmpty() || searchDue(scene));
  }

  private boolean tooLate(Scene scene, Scene before) {
    return scene.seconds().isPresent()
        && scene.seconds().getAsDouble() - before.seconds().getAsDouble()
            > seconds(settings.maxGap());
  }

  private boolean searchDue(Scene scene) {
    return scene.seconds().isPresent()
        ? scene.seconds().getAsDouble() - searchedSeconds >= seconds(settings.searchEvery())
        : pictures + 1 - searchedPicture >= settings.searchEveryPictures();
  }

  private boolean remembered(Track track, Scene scene, long picture) {
    return scene.seconds().isPresent()
        ? scene.seconds().getAsDouble() - track.seenSeconds <= seconds(settings.keepLost())
        : picture - track.seenPicture <= settings.keepLostPictures();
  }

  /**
   * Takes what a picture held. Faces that were to be followed and are not among the sightings are
   * lost.
   *
   * @param sightings its faces
   * @param given whether they are where the caller said: then two of them may share a place
   * @param searched whether faces were looked for
   * @param smoothing how points are smoothed; null: not. Only where the scene has a time
   * @return who they are, in the sightings' order; of two that are one face, the older one
   */
  public List<Identified> saw(
      Plan plan,
      List<Sighting> sightings,
      boolean given,
      boolean searched,
      @Nullable Smoothing smoothing) {
    Scene scene = plan.scene();
    if (plan.anew()) {
      tracks.clear();
    }
    pictures++;
    newest = scene;
    if (searched) {
      searchedSeconds = scene.seconds().orElse(0);
      searchedPicture = pictures;
    }
    @Nullable Track[] who = given ? new Track[sightings.size()] : followedAmong(sightings);
    boolean[] doubled = given ? new boolean[sightings.size()] : doubled(sightings, who);
    assign(sightings, who, doubled);
    List<Identified> identified = new ArrayList<>();
    for (int i = 0; i < who.length; i++) {
      if (!doubled[i]) {
        identified.add(seen(i, sightings.get(i).landmarks(), who[i], scene, smoothing));
      }
    }
    forget(scene);
    return identified;
  }

  private @Nullable Track[] followedAmong(List<Sighting> sightings) {
    @Nullable Track[] who = new Track[sightings.size()];
    for (int i = 0; i < who.length; i++) {
      OptionalLong followed = sightings.get(i).followed();
      if (followed.isPresent()) {
        who[i] =
            tracks.stream()
                .filter(track -> track.identity == followed.getAsLong())
                .findFirst()
                .orElse(null);
      }
    }
    return who;
  }

  /** Of sightings at one place all but one: that of the oldest track, or the first. */
  private boolean[] doubled(List<Sighting> sightings, @Nullable Track[] who) {
    boolean[] doubled = new boolean[who.length];
    for (int i = 0; i < who.length; i++) {
      Box box = sightings.get(i).landmarks().boundingBox();
      for (int j = 0; j < i && !doubled[i]; j++) {
        if (doubled[j]
            || sightings.get(j).landmarks().boundingBox().intersectionOverUnion(box) < SAME_FACE) {
          continue;
        }
        int younger = age(who[i]) < age(who[j]) ? j : i;
        doubled[younger] = true;
        Track merged = who[younger];
        if (merged != null) {
          tracks.remove(merged);
        }
      }
    }
    return doubled;
  }

  private static long age(@Nullable Track track) {
    return track == null ? Long.MAX_VALUE : track.identity;
  }

  /** Gives sightings that nobody has to tracks at their places, nearest pairs first. */
  private void assign(List<Sighting> sightings, @Nullable Track[] who, boolean[] doubled) {
    record Pair(int sighting, Track track, double overlap) {}
    List<Track> free = new ArrayList<>(tracks);
    for (Track track : who) {
      free.remove(track);
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < who.length; i++) {
      if (who[i] == null && !doubled[i]) {
        Box box = sightings.get(i).landmarks().boundingBox();
        for (Track track : free) {
          double overlap = track.box.intersectionOverUnion(box);
          if (overlap >= SAME_PLACE) {
            pairs.add(new Pair(i, track, overlap));
          }
        }
      }
    }
    pairs.sort(Comparator.comparingDouble((Pair pair) -> -pair.overlap()));
    for (Pair pair : pairs) {
      if (who[pair.sighting()] == null && free.remove(pair.track())) {
        who[pair.sighting()] = pair.track();
      }
    }
  }

  private Identified seen(
      int sighting,
      Landmarks landmarks,
      @Nullable Track known,
      Scene scene,
      @Nullable Smoothing smoothing) {
    Track track = known;
    if (track == null) {
      track = new Track(++identities, landmarks);
      tracks.add(track);
    }
    if (track.lost) {
      // Where it was in between nobody knows.
      track.filter = null;
    }
    track.lost = false;
    track.landmarks = landmarks;
    track.box = landmarks.boundingBox();
    track.seenSeconds = scene.seconds().orElse(0);
    track.seenPicture = pictures;
    return new Identified(sighting, track.identity, smoothed(track, scene, smoothing));
  }

  private static Landmarks smoothed(Track track, Scene scene, @Nullable Smoothing smoothing) {
    if (smoothing == null || scene.seconds().isEmpty()) {
      return track.landmarks;
    }
    double seconds = scene.seconds().getAsDouble();
    LandmarkFilter filter = track.filter;
    if (filter == null) {
      track.filter = new LandmarkFilter(smoothing, track.landmarks, seconds);
      return track.landmarks;
    }
    return filter.next(track.landmarks, seconds);
  }

  private void forget(Scene scene) {
    for (Track track : tracks) {
      track.lost = track.seenPicture != pictures;
    }
    tracks.removeIf(track -> track.lost && !remembered(track, scene, pictures));
    List<Track> lost =
        tracks.stream()
            .filter(track -> track.lost)
            .sorted(Comparator.comparingLong((Track track) -> track.seenPicture))
            .toList();
    int over = Math.min(lost.size(), tracks.size() - settings.maxTracks());
    for (int i = 0; i < over; i++) {
      tracks.remove(lost.get(i));
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
