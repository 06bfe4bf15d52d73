package dev.facealign.cli.training;

import dev.facealign.v1.LossKind;

/** Loss functions by the names users give. */
public enum LossName {
  acr(LossKind.LOSS_KIND_ACR),
  l2(LossKind.LOSS_KIND_L2),
  l1(LossKind.LOSS_KIND_L1),
  smooth_l1(LossKind.LOSS_KIND_SMOOTH_L1),
  wing(LossKind.LOSS_KIND_WING);

  private final LossKind kind;

  LossName(LossKind kind) {
    this.kind = kind;
  }

  /** The contract's word. */
  public LossKind kind() {
    return kind;
  }

  /** The name of a kind; of none, that of the service's default. */
  public static LossName of(LossKind kind) {
    return switch (kind) {
      case LOSS_KIND_UNSPECIFIED, LOSS_KIND_ACR -> acr;
      case LOSS_KIND_L2 -> l2;
      case LOSS_KIND_L1 -> l1;
      case LOSS_KIND_SMOOTH_L1 -> smooth_l1;
      case LOSS_KIND_WING -> wing;
      case UNRECOGNIZED ->
          throw new IllegalArgumentException("loss: " + kind + " (expected: one of this version)");
    };
  }
}
