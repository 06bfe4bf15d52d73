package dev.facealign.inference;

import dev.facealign.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void keepsTheHouseRules() {
    HouseRules.check("dev.facealign.inference");
  }
}
