package dev.facealign.shape;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.geometry.Affine;
import java.util.Arrays;

/**
 * The full Procrustes mean of faces, and the fit of a face onto it: the similarity (turn, scale and
 * move) after which the squared distance is least. Immutable.
 *
 * <p>In the plane both are closed forms (Kent 1994; Dryden and Mardia, Statistical Shape Analysis).
 * With a face's points as complex numbers z, centred,
 *
 * <pre>
 *   mean shape u = leading eigenvector of the sum of z z* / (z* z)
 *   fit of z     = z (z* u) / (z* z)
 * </pre>
 *
 * <p>The eigenvector leaves turn, scale and place open: the mean stands like the arithmetic mean of
 * the faces, about the same centroid, and has their mean size.
 */
public final class ProcrustesMean {
  /** A face whose fit onto the mean is this much smaller than itself has nothing in common. */
  private static final double ORTHOGONAL = 1e-9;

  private final double[] coordinates;
  private final double[] centred;
  private final double centreX;
  private final double centreY;
  private final double size;

  /**
   * A mean from its numbers.
   *
   * @param coordinates x0, y0, x1, y1, ...: 2M finite numbers, label units, not all points in one
   *     place
   */
  public ProcrustesMean(double[] coordinates) {
    if (coordinates.length == 0 || coordinates.length % 2 != 0) {
      throw FaultException.invalid(
          "procrustes_mean.length", coordinates.length, "an even number > 0");
    }
    this.coordinates = coordinates.clone();
    this.centreX = centre(coordinates, 0, 0, coordinates.length);
    this.centreY = centre(coordinates, 0, 1, coordinates.length);
    this.centred = coordinates.clone();
    for (int i = 0; i < centred.length; i += 2) {
      centred[i] -= centreX;
      centred[i + 1] -= centreY;
    }
    this.size = Math.sqrt(squaredSize(centred, 0, 0, 0, centred.length));
    if (!(size > 0) || !Double.isFinite(size)) {
      throw FaultException.invalid(
          "procrustes_mean", "size " + size, "finite points that are not all in one place");
    }
  }

  /** The mean face, 2M numbers, label units; a copy. */
  public double[] coordinates() {
    return coordinates.clone();
  }

  /**
   * The similarity that brings a face nearest to the mean.
   *
   * @param faces holds the face's 2M numbers
   * @param from where they begin
   * @throws FaultException INVALID_ARGUMENT for a face whose points lie in one place, or that is
   *     orthogonal to the mean: no turn and scale brings it nearer than a point
   */
  public Affine fit(double[] faces, int from) {
    int n = centred.length;
    double faceX = centre(faces, from, 0, n);
    double faceY = centre(faces, from, 1, n);
    double square = squaredSize(faces, from, faceX, faceY, n);
    double real = 0;
    double imaginary = 0;
    for (int i = 0; i < n; i += 2) {
      double x = faces[from + i] - faceX;
      double y = faces[from + i + 1] - faceY;
      real += x * centred[i] + y * centred[i + 1];
      imaginary += x * centred[i + 1] - y * centred[i];
    }
    double product = Math.sqrt(real * real + imaginary * imaginary);
    if (!(product > ORTHOGONAL * size * Math.sqrt(square))) {
      throw FaultException.invalid(
          "face",
          "product " + product + " with the mean face",
          "points that are not all in one place and look like a face");
    }
    double cos = real / square;
    double sin = imaginary / square;
    return new Affine(
        cos,
        -sin,
        centreX - (cos * faceX - sin * faceY),
        sin,
        cos,
        centreY - (sin * faceX + cos * faceY));
  }

  private static double centre(double[] faces, int from, int axis, int length) {
    double sum = 0;
    for (int i = axis; i < length; i += 2) {
      sum += faces[from + i];
    }
    return 2 * sum / length;
  }

  private static double squaredSize(double[] faces, int from, double x, double y, int length) {
    double sum = 0;
    for (int i = 0; i < length; i += 2) {
      double dx = faces[from + i] - x;
      double dy = faces[from + i + 1] - y;
      sum += dx * dx + dy * dy;
    }
    return sum;
  }

  /**
   * Takes faces in, one pass, in memory that does not grow with their number. Several may run side
   * by side and be merged. Not thread-safe.
   */
  public static final class Accumulator {
    private final CovarianceAccumulator shapes;
    private final double[] shape;
    private final double[] meanFace;
    private double meanSize;
    private long faces;

    /**
     * Of no faces yet.
     *
     * @param numbers 2M
     */
    public Accumulator(int numbers) {
      if (numbers < 4 || numbers % 2 != 0) {
        throw FaultException.invalid("numbers of a face", numbers, "even, >= 4");
      }
      this.shapes = new CovarianceAccumulator(numbers);
      this.shape = new double[numbers];
      this.meanFace = new double[numbers];
    }

    /** Faces taken in so far. */
    public long faces() {
      return faces;
    }

    /**
     * Takes a face in.
     *
     * @param face 2M finite numbers, label units
     * @throws FaultException INVALID_ARGUMENT where its points all lie in one place
     */
    public void add(double[] face) {
      int n = shape.length;
      if (face.length != n) {
        throw FaultException.invalid("labels.length", face.length, n + " numbers");
      }
      double x = centre(face, 0, 0, n);
      double y = centre(face, 0, 1, n);
      double size = Math.sqrt(squaredSize(face, 0, x, y, n));
      if (!(size > 0) || !Double.isFinite(size)) {
        throw FaultException.invalid(
            "labels", "a face of size " + size, "finite points that are not all in one place");
      }
      for (int i = 0; i < n; i += 2) {
        shape[i] = (face[i] - x) / size;
        shape[i + 1] = (face[i + 1] - y) / size;
      }
      shapes.add(shape);
      faces++;
      for (int i = 0; i < n; i++) {
        meanFace[i] += (face[i] - meanFace[i]) / faces;
      }
      meanSize += (size - meanSize) / faces;
    }

    /** Takes in what another has taken in; that one stays as it is. */
    public void merge(Accumulator other) {
      shapes.merge(other.shapes);
      if (other.faces == 0) {
        return;
      }
      faces += other.faces;
      double share = (double) other.faces / faces;
      for (int i = 0; i < meanFace.length; i++) {
        meanFace[i] += (other.meanFace[i] - meanFace[i]) * share;
      }
      meanSize += (other.meanSize - meanSize) * share;
    }

    /**
     * The full Procrustes mean of the faces taken in so far.
     *
     * @throws FaultException FAILED_PRECONDITION where there are none
     */
    public ProcrustesMean mean() {
      if (faces == 0) {
        throw FaultException.of(
            FaultKind.FAILED_PRECONDITION, "TOO_FEW_FACES", "faces: 0 (expected: >= 1)");
      }
      double[] u = PrincipalComponents.of(hermitian()).vectors()[0];
      int n = u.length;
      double x = centre(meanFace, 0, 0, n);
      double y = centre(meanFace, 0, 1, n);
      double real = 0;
      double imaginary = 0;
      for (int i = 0; i < n; i += 2) {
        double dx = meanFace[i] - x;
        double dy = meanFace[i + 1] - y;
        real += u[i] * dx + u[i + 1] * dy;
        imaginary += u[i] * dy - u[i + 1] * dx;
      }
      double product = Math.sqrt(real * real + imaginary * imaginary);
      // Faces turned every way have an arithmetic mean without a direction.
      double cos = product > 0 ? meanSize * real / product : meanSize;
      double sin = product > 0 ? meanSize * imaginary / product : 0;
      double[] coordinates = new double[n];
      for (int i = 0; i < n; i += 2) {
        coordinates[i] = x + (cos * u[i] - sin * u[i + 1]);
        coordinates[i + 1] = y + (sin * u[i] + cos * u[i + 1]);
      }
      return new ProcrustesMean(coordinates);
    }

    /**
     * The sum of u u* as a real symmetric matrix, lower triangle: for coordinates x0, y0, x1, y1,
     * ... it is Q + J Q J^T, Q the sum of u u^T and J the quarter turn of all points. Each of its
     * eigenvalues is there twice, with a vector and with that vector turned.
     */
    private double[][] hermitian() {
      double[] mean = shapes.mean();
      double[][] q = shapes.comoment();
      for (int i = 0; i < q.length; i++) {
        for (int j = 0; j <= i; j++) {
          q[i][j] += mean[i] * mean[j] * faces;
        }
      }
      double[][] sum = Arrays.stream(q).map(row -> new double[row.length]).toArray(double[][]::new);
      for (int k = 0; k < q.length; k += 2) {
        for (int l = 0; l <= k; l += 2) {
          double same = q[k][l] + q[k + 1][l + 1];
          // Q is symmetric and only its lower triangle is there.
          double cross = q[k + 1][l] - (l + 1 <= k ? q[k][l + 1] : q[l + 1][k]);
          sum[k][l] = same;
          sum[k + 1][l + 1] = same;
          sum[k + 1][l] = cross;
          if (l + 1 <= k) {
            sum[k][l + 1] = -cross;
          }
        }
      }
      return sum;
    }
  }
}
