package dev.facealign.evaluation;

import dev.facealign.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void theServiceFollowsTheHouseRules() {
    HouseRules.check("dev.facealign.evaluation");
  }
}
