package dev.facealign.inference;

import dev.facealign.platform.service.ServiceMain;

/** Starts the service. */
public final class InferenceApplication {

  private InferenceApplication() {}

  public static void main(String[] args) {
    ServiceMain.run(InferenceApplication.class, args);
  }
}
