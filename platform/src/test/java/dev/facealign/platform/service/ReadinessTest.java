package dev.facealign.platform.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  private final Readiness readiness = new Readiness();

  @Test
  void isReadyWhenTheServerListensAndEveryConditionIsMet() {
    // Given
    Readiness.Condition kafka = readiness.condition("kafka");
    List<Boolean> heard = new ArrayList<>();
    readiness.onChange(heard::add);

    // When, Then
    readiness.serverStarted();
    assertThat(readiness.ready()).isFalse();
    assertThat(readiness.unmet()).containsOnlyKeys("kafka");
    kafka.met();
    assertThat(readiness.ready()).isTrue();
    kafka.unmet("broker is away");
    assertThat(readiness.unmet()).containsEntry("kafka", "broker is away");
    kafka.met();
    readiness.stopping();
    assertThat(readiness.ready()).isFalse();
    kafka.met();
    assertThat(heard).containsExactly(false, true, false, true, false);
  }

  @Test
  void needsTheServerOnlyWithoutConditions() {
    assertThat(readiness.ready()).isFalse();
    readiness.serverStarted();
    assertThat(readiness.ready()).isTrue();
  }
}
