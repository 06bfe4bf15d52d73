package dev.facealign.evaluation;

import dev.facealign.platform.service.ServiceMain;

/** Starts eval-service. */
public final class EvalApplication {

  private EvalApplication() {}

  public static void main(String[] args) {
    ServiceMain.run(EvalApplication.class, args);
  }
}
