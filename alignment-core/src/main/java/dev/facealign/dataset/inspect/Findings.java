package dev.facealign.dataset.inspect;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Findings by their kind: all are counted, the first ones of each kind are kept. */
final class Findings {
  private final int mostOfAKind;
  private final Map<FindingKind, Integer> counts = new EnumMap<>(FindingKind.class);
  private final Map<FindingKind, List<Finding>> kept = new EnumMap<>(FindingKind.class);

  Findings(int mostOfAKind) {
    this.mostOfAKind = mostOfAKind;
  }

  void add(FindingKind kind, String message) {
    counts.merge(kind, 1, Integer::sum);
    List<Finding> ofKind = kept.computeIfAbsent(kind, k -> new ArrayList<>());
    if (ofKind.size() < mostOfAKind) {
      ofKind.add(new Finding(kind, message));
    }
  }

  void forget(FindingKind kind) {
    counts.remove(kind);
    kept.remove(kind);
  }

  int count(FindingKind kind) {
    return counts.getOrDefault(kind, 0);
  }

  Map<FindingKind, Integer> counts() {
    return Map.copyOf(counts);
  }

  /** Those kept, by kind and then in the order in which they were found. */
  List<Finding> kept() {
    return kept.values().stream().flatMap(List::stream).toList();
  }
}
