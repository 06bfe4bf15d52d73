package dev.facealign.trainer;

import dev.facealign.platform.service.ServiceMain;

/** Starts a training worker. */
public final class TrainerApplication {
  private TrainerApplication() {}

  public static void main(String[] args) {
    ServiceMain.run(TrainerApplication.class, args);
  }
}
