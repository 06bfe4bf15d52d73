package dev.facealign.dataset.catalog;

import dev.facealign.dataset.DatasetFormat;
import dev.facealign.dataset.DatasetLayout;
import dev.facealign.dataset.cofw.CofwLayout;
import dev.facealign.dataset.crops.CropsLayout;
import dev.facealign.dataset.pts.PtsLayout;
import dev.facealign.dataset.table.TableLayout;
import java.util.List;

/** The layouts there are. */
final class Layouts {
  static final List<DatasetLayout> ALL =
      List.of(new PtsLayout(), new CofwLayout(), new CropsLayout(), new TableLayout());

  private Layouts() {}

  static DatasetLayout of(DatasetFormat format) {
    return ALL.stream()
        .filter(layout -> layout.format() == format)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no layout for " + format));
  }
}
