package dev.facealign.cli;

import dev.facealign.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void followsTheHouseRules() {
    HouseRules.check("dev.facealign.cli");
  }
}
