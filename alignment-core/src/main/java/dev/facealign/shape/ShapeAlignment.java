package dev.facealign.shape;

/** How shapes are brought together before their covariance is taken. */
public enum ShapeAlignment {
  /** By the crop alone, as the published code does. */
  NONE,
  /** By the crop, then each face is fitted onto the {@link ProcrustesMean}. */
  PROCRUSTES
}
