package dev.facealign.pca;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.platform.contract.StoredShapeModels;
import dev.facealign.shape.ComponentPolicy;
import dev.facealign.shape.Phi;
import dev.facealign.shape.ShapeModel;
import dev.facealign.v1.Shape;
import dev.facealign.v1.SmoothFace;
import dev.facealign.v1.SmoothRequest;
import dev.facealign.v1.SmoothResponse;
import jakarta.inject.Singleton;
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
    if (request.getFacesCount() > MOST_FACES) {
      throw FaultException.invalid("faces", request.getFacesCount(), "at most " + MOST_FACES);
    }
    ComponentPolicy policy =
        request.hasComponents() ? Contracts.componentPolicy(request.getComponents()) : DEFAULT;
    ShapeModel model = stored.read(request.getVersion()).model();
    int components = model.components(policy);
    SmoothResponse.Builder response = SmoothResponse.newBuilder().setComponents(components);
    for (int i = 0; i < request.getFacesCount(); i++) {
      double[] face = coordinates(i, request.getFaces(i), 2 * model.landmarkCount());
      response.addFaces(smooth(model, face, components));
    }
    return response.build();
  }

  private static double[] coordinates(int place, Shape shape, int expected) {
    String field = "faces[" + place + "].coordinates";
    List<Double> given = shape.getCoordinatesList();
    if (given.size() != expected) {
      throw FaultException.invalid(field, given.size() + " numbers", expected + " numbers");
    }
    double[] face = given.stream().mapToDouble(Double::doubleValue).toArray();
    for (double value : face) {
      if (!Double.isFinite(value)) {
        throw FaultException.invalid(field, value, "finite numbers");
      }
    }
    return face;
  }

  private static SmoothFace smooth(ShapeModel model, double[] face, int components) {
    double[] smooth = model.smooth(face, components);
    SmoothFace.Builder answer = SmoothFace.newBuilder();
    for (double value : smooth) {
      answer.addSmooth(value);
    }
    for (double value : Phi.perCoordinate(face, smooth)) {
      answer.addPhiPerCoordinate(value);
    }
    for (double value : Phi.perLandmark(face, smooth)) {
      answer.addPhiPerLandmark(value);
    }
    return answer.build();
  }
}
