package dev.facealign.cli.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void delaysDoubleUntilItIsEnough() {
    // Given
    List<Instant> restarts = new ArrayList<>();
    List<Duration> delays = new ArrayList<>();

    // When
    while (RestartPolicy.USUAL.delay(restarts).isPresent()) {
      delays.add(RestartPolicy.USUAL.delay(restarts).orElseThrow());
      restarts.add(NOW);
    }

    // Then
    assertThat(delays)
        .containsExactly(
            Duration.ZERO,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8));
  }

  @Test
  void oldRestartsAreForgiven() {
    // Given
    List<Instant> restarts = List.of(NOW.minusSeconds(301), NOW.minusSeconds(299));

    // When
    List<Instant> recent = RestartPolicy.USUAL.recent(restarts, NOW);

    // Then
    assertThat(recent).containsExactly(NOW.minusSeconds(299));
  }
}
