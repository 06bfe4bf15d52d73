package dev.facealign;

import dev.facealign.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void theDomainFollowsTheHouseRules() {
    HouseRules.check(
        "dev.facealign.fault",
        "dev.facealign.geometry",
        "dev.facealign.landmark",
        "dev.facealign.crop",
        "dev.facealign.image",
        "dev.facealign.dataset",
        "dev.facealign.shape",
        "dev.facealign.metric",
        "dev.facealign.protocol",
        "dev.facealign.render");
  }
}
