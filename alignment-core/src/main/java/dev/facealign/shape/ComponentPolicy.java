package dev.facealign.shape;

import dev.facealign.fault.FaultException;

/** How many eigenvectors a smooth face keeps (METHOD 2). Phi differs greatly between the two. */
public sealed interface ComponentPolicy {
  /**
   * The first eigenvectors that explain this share of the variance: the published code's way.
   *
   * @param share in (0, 1]
   */
  record VarianceShare(double share) implements ComponentPolicy {
    public VarianceShare {
      requireShare("variance_share", share);
    }
  }

  /**
   * This share of the eigenvectors, rounded up: the published paper's words.
   *
   * @param share in (0, 1]
   */
  record ComponentShare(double share) implements ComponentPolicy {
    public ComponentShare {
      requireShare("component_share", share);
    }
  }

  private static void requireShare(String field, double share) {
    if (!(share > 0) || !(share <= 1)) {
      throw FaultException.invalid(field, share, "in (0, 1]");
    }
  }
}
