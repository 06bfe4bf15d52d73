package dev.facealign.pca;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.StoredShapeModels;
import dev.facealign.shape.ComponentPolicy;
import dev.facealign.shape.ShapeModel;
import dev.facealign.shape.SmoothFaces;
import dev.facealign.v1.Shape;
import dev.facealign.v1.SmoothFace;
import dev.facealign.v1.SmoothRequest;
import dev.facealign.v1.SmoothResponse;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;

/** Smooth faces and phi of given faces (METHOD equations 2 to 4). */
@Singleton
final class Smoothing {

  private static final int MOST_FACES = 4096;
  private static final ComponentPolicy DEFAULT = new ComponentPolicy.VarianceShare(0.9);

  private final StoredShapeModels stored;

  Smoothing(StoredShapeModels stored) {
    this.stored = stored;
  }

  SmoothResponse smooth(SmoothRequest request) {
    int count = request.getFacesCount();
    if (count > MOST_FACES) {
      throw FaultException.invalid("faces", count, "at most " + MOST_FACES);
    }
    ComponentPolicy policy =
        request.hasComponents() ? Contracts.componentPolicy(request.getComponents()) : DEFAULT;
    ShapeModel model = stored.read(request.getVersion()).model();
    SmoothFaces smoothFaces = new SmoothFaces(model, model.components(policy));
    int points = model.landmarkCount();
    double[] faces = new double[count * 2 * points];
    for (int i = 0; i < count; i++) {
      copy(i, request.getFaces(i), 2 * points, faces);
    }
    double[] smooth = new double[faces.length];
    double[] perCoordinate = new double[faces.length];
    double[] perLandmark = new double[count * points];
    smoothFaces.smooth(faces, count, smooth);
    smoothFaces.phiPerCoordinate(faces, smooth, count, perCoordinate);
    smoothFaces.phiPerLandmark(faces, smooth, count, perLandmark);
    SmoothResponse.Builder response =
        SmoothResponse.newBuilder().setComponents(smoothFaces.components());
    for (int i = 0; i < count; i++) {
      response.addFaces(
          SmoothFace.newBuilder()
              .addAllSmooth(list(smooth, i, 2 * points))
              .addAllPhiPerCoordinate(list(perCoordinate, i, 2 * points))
              .addAllPhiPerLandmark(list(perLandmark, i, points)));
    }
    return response.build();
  }

  private static void copy(int place, Shape shape, int numbers, double[] faces) {
    String field = "faces[" + place + "].coordinates";
    if (shape.getCoordinatesCount() != numbers) {
      throw FaultException.invalid(
          field, shape.getCoordinatesCount() + " numbers", numbers + " numbers");
    }
    for (int i = 0; i < numbers; i++) {
      double value = shape.getCoordinates(i);
      if (!Double.isFinite(value)) {
        throw FaultException.invalid(field, value, "finite numbers");
      }
      faces[place * numbers + i] = value;
    }
  }

  private static List<Double> list(double[] block, int place, int numbers) {
    return Arrays.stream(block, place * numbers, (place + 1) * numbers).boxed().toList();
  }
}
