package dev.facealign.inference.finding;

import dev.facealign.pose.HeadPoseEstimator;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** The domain's estimator of head poses as a bean. */
@Factory
final class HeadPoseFactory {

  @Singleton
  HeadPoseEstimator headPoseEstimator() {
    return new HeadPoseEstimator();
  }
}
