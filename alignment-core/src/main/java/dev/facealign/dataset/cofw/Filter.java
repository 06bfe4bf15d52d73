package dev.facealign.dataset.cofw;

import io.jhdf.exceptions.HdfException;
import io.jhdf.object.message.FilterPipelineMessage;
import io.jhdf.object.message.FilterPipelineMessage.FilterInfo;
import java.util.ArrayList;
import java.util.List;

/** What chunks went through. MATLAB deflates; other writers of such files shuffle before that. */
enum Filter {
  DEFLATE(1),
  /** All elements' first bytes, then all second bytes, ... */
  SHUFFLE(2);

  private final int id;

  Filter(int id) {
    this.id = id;
  }

  /**
   * The filters in the order in which they were applied.
   *
   * @throws HdfException for any others
   */
  static List<Filter> of(FilterPipelineMessage message) {
    List<Filter> filters = new ArrayList<>();
    for (FilterInfo info : message.getFilters()) {
      filters.add(of(info.getId()));
    }
    if (!filters.isEmpty()
        && !filters.equals(List.of(DEFLATE))
        && !filters.equals(List.of(SHUFFLE))
        && !filters.equals(List.of(SHUFFLE, DEFLATE))) {
      throw new HdfException("filters " + filters + " instead of deflate");
    }
    return filters;
  }

  private static Filter of(int id) {
    for (Filter filter : values()) {
      if (filter.id == id) {
        return filter;
      }
    }
    throw new HdfException("filter " + id + " instead of deflate");
  }

  /** Undoes {@link #SHUFFLE}. */
  static void unshuffle(byte[] shuffled, int elementBytes, byte[] into) {
    int elements = shuffled.length / elementBytes;
    int from = 0;
    for (int b = 0; b < elementBytes; b++) {
      for (int i = 0; i < elements; i++) {
        into[i * elementBytes + b] = shuffled[from++];
      }
    }
  }
}
