package dev.facealign.dataset.inspect;

import dev.facealign.dataset.FaceSample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * Chooses faces to look at: first those with findings, of each kind alike, then some of each split.
 * Faces are drawn by their names, so that the same dataset gives the same choice. Holds a bounded
 * number of faces.
 */
final class Specimens {
  /** Folders beyond these are not drawn from. */
  private static final int MOST_SPLITS = 100;

  private final int wanted;
  private final Map<FindingKind, List<Specimen>> found = new TreeMap<>();
  private final Map<String, PriorityQueue<Lot>> drawn = new TreeMap<>();

  private record Lot(long number, FaceSample face) {}

  Specimens(int wanted) {
    this.wanted = wanted;
  }

  void add(FaceSample face, List<FindingKind> findings) {
    if (wanted == 0) {
      return;
    }
    if (!findings.isEmpty()) {
      List<Specimen> ofKind = found.computeIfAbsent(findings.get(0), k -> new ArrayList<>());
      if (ofKind.size() < wanted) {
        ofKind.add(new Specimen(face, findings));
      }
    } else if (drawn.containsKey(face.split()) || drawn.size() < MOST_SPLITS) {
      PriorityQueue<Lot> lots =
          drawn.computeIfAbsent(
              face.split(),
              s -> new PriorityQueue<>(Comparator.comparingLong(Lot::number).reversed()));
      lots.add(new Lot(scattered(face.id()), face));
      if (lots.size() > wanted) {
        lots.remove();
      }
    }
  }

  /** Up to the number wanted; at most half of them have findings where there are enough others. */
  List<Specimen> chosen() {
    List<Specimen> withFindings = inTurns(found.values(), wanted);
    List<List<Specimen>> splits = new ArrayList<>();
    for (PriorityQueue<Lot> lots : drawn.values()) {
      splits.add(
          lots.stream()
              .sorted(Comparator.comparingLong(Lot::number))
              .map(lot -> new Specimen(lot.face(), List.of()))
              .toList());
    }
    List<Specimen> others = inTurns(splits, wanted);
    int first = Math.min(withFindings.size(), Math.max(wanted / 2, wanted - others.size()));
    List<Specimen> chosen = new ArrayList<>(withFindings.subList(0, first));
    List<Specimen> rest =
        new ArrayList<>(others.subList(0, Math.min(others.size(), wanted - first)));
    Map<String, Integer> order = new HashMap<>();
    drawn.keySet().forEach(split -> order.put(split, order.size()));
    rest.sort(Comparator.comparing(s -> order.getOrDefault(s.face().split(), 0)));
    chosen.addAll(rest);
    return chosen;
  }

  /** The first of each, then the second of each, ... */
  private static List<Specimen> inTurns(Iterable<? extends List<Specimen>> groups, int most) {
    List<Specimen> taken = new ArrayList<>();
    boolean more = true;
    for (int turn = 0; more && taken.size() < most; turn++) {
      more = false;
      for (List<Specimen> group : groups) {
        if (turn < group.size() && taken.size() < most) {
          taken.add(group.get(turn));
          more = true;
        }
      }
    }
    return taken;
  }

  /** A hash that neighbouring names do not share: SplitMix64's last steps over String's. */
  private static long scattered(String id) {
    long z = id.hashCode() * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
