package dev.facealign.evaluation.library;

import dev.facealign.platform.contract.Contracts;
import dev.facealign.v1.Evaluation;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Reports that are known, without their faces. Thread-safe. */
@Singleton
final class KnownEvaluations {

  private static final Comparator<Evaluation> NEWEST_FIRST =
      Comparator.comparing((Evaluation report) -> Contracts.instant(report.getCreatedAt()))
          .reversed()
          .thenComparing(Evaluation::getEvaluationId);

  private final Map<String, Evaluation> byId = new ConcurrentHashMap<>();

  void add(Evaluation report) {
    byId.put(report.getEvaluationId(), report.toBuilder().clearFaces().build());
  }

  void remove(String id) {
    byId.remove(id);
  }

  Optional<Evaluation> get(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  List<Evaluation> newestFirst() {
    return byId.values().stream().sorted(NEWEST_FIRST).toList();
  }
}
