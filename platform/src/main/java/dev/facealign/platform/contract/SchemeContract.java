package dev.facealign.platform.contract;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.landmark.LandmarkScheme.FaceRegion;
import dev.facealign.landmark.LandmarkScheme.PointPair;
import dev.facealign.landmark.LandmarkScheme.Pupils;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Landmark schemes in messages. Shape models and models carry theirs whole, so that whoever uses
 * one needs neither its dataset nor a file.
 */
public final class SchemeContract {

  private SchemeContract() {}

  /** The contract's form of a scheme. */
  public static dev.facealign.v1.LandmarkScheme toProto(LandmarkScheme scheme) {
    dev.facealign.v1.LandmarkScheme.Builder message =
        dev.facealign.v1.LandmarkScheme.newBuilder()
            .setId(scheme.id())
            .addAllMirror(list(scheme.mirror()));
    scheme
        .outerEyeCorners()
        .ifPresent(
            corners ->
                message
                    .setLeftOuterEyeCorner(corners.left())
                    .setRightOuterEyeCorner(corners.right()));
    scheme
        .pupils()
        .ifPresent(
            pupils ->
                message
                    .addAllLeftPupil(list(pupils.left()))
                    .addAllRightPupil(list(pupils.right())));
    for (FaceRegion region : scheme.regions().values()) {
      message.addRegions(
          dev.facealign.v1.FaceRegion.newBuilder()
              .setName(region.name())
              .addAllPoints(list(region.points()))
              .setClosed(region.closed()));
    }
    return message.build();
  }

  /**
   * The scheme that a shape model or a model carries.
   *
   * @param message its {@code landmark_scheme}; without an id where it carries none
   * @param id its {@code scheme}
   * @throws FaultException INVALID_ARGUMENT: a scheme that contradicts itself, the id, or the one
   *     that ships under this id; no scheme, and none ships under this id
   */
  public static LandmarkScheme scheme(dev.facealign.v1.LandmarkScheme message, String id) {
    if (message.getId().isEmpty()) {
      return LandmarkScheme.byId(id);
    }
    if (!message.getId().equals(id)) {
      throw FaultException.invalid("landmark_scheme.id", message.getId(), id + ", as scheme has");
    }
    LandmarkScheme scheme =
        new LandmarkScheme(
            id,
            array(message.getMirrorList()),
            corners(message),
            pupils(message),
            message.getRegionsList().stream().map(SchemeContract::region).toList());
    LandmarkScheme.shipped(id)
        .filter(shipped -> !shipped.equals(scheme))
        .ifPresent(
            shipped -> {
              throw FaultException.invalid(
                  "landmark_scheme", id, "the scheme that ships as " + id + ", or another id");
            });
    return scheme;
  }

  private static @Nullable PointPair corners(dev.facealign.v1.LandmarkScheme message) {
    if (!message.hasLeftOuterEyeCorner() && !message.hasRightOuterEyeCorner()) {
      return null;
    }
    if (!message.hasLeftOuterEyeCorner() || !message.hasRightOuterEyeCorner()) {
      throw FaultException.invalid("landmark_scheme.outer_eye_corners", "one", "both or neither");
    }
    return new PointPair(message.getLeftOuterEyeCorner(), message.getRightOuterEyeCorner());
  }

  private static @Nullable Pupils pupils(dev.facealign.v1.LandmarkScheme message) {
    if (message.getLeftPupilCount() == 0 && message.getRightPupilCount() == 0) {
      return null;
    }
    return new Pupils(array(message.getLeftPupilList()), array(message.getRightPupilList()));
  }

  private static FaceRegion region(dev.facealign.v1.FaceRegion message) {
    return new FaceRegion(message.getName(), array(message.getPointsList()), message.getClosed());
  }

  private static List<Integer> list(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
