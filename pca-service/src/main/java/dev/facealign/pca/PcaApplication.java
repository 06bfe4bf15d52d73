package dev.facealign.pca;

import dev.facealign.platform.service.ServiceMain;

/** Starts pca-service. */
public final class PcaApplication {

  private PcaApplication() {}

  public static void main(String[] args) {
    ServiceMain.run(PcaApplication.class, args);
  }
}
