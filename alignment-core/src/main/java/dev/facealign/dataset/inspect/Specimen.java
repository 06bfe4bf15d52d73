package dev.facealign.dataset.inspect;

import dev.facealign.dataset.FaceSample;
import java.util.List;

/**
 * A face worth looking at.
 *
 * @param face with a picture
 * @param findings what was found about it; empty for one that was drawn by lot
 */
public record Specimen(FaceSample face, List<FindingKind> findings) {
  public Specimen {
    findings = List.copyOf(findings);
  }
}
