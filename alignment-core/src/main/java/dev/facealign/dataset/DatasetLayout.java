package dev.facealign.dataset;

import dev.facealign.fault.FaultException;
import dev.facealign.landmark.LandmarkScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One way of laying out annotated faces on disk. Stateless. */
public interface DatasetLayout {
  /** The split of everything there is, which every layout knows. */
  String ALL = "all";

  /** Which layout it is. */
  DatasetFormat format();

  /**
   * The file that shows that the folder is laid out this way, relative to it; empty where there is
   * none. Looks at names and at most at a file's first line.
   */
  Optional<String> evidence(Path folder);

  /**
   * What keeps files that look like this layout's from being {@link #evidence}; empty where there
   * are none.
   *
   * @param name of the dataset, for messages
   */
  default Optional<String> nearMiss(Path folder, String name) {
    return Optional.empty();
  }

  /**
   * The splits that the folder has faces of, in a fixed order, without {@link #ALL}; empty where it
   * is not laid out this way.
   */
  List<String> splits(Path folder);

  /** Identifier of the landmark scheme that datasets of this layout have unless told otherwise. */
  String defaultScheme();

  /**
   * Finds the faces of a split. Annotations are not read yet.
   *
   * @param folder of the dataset
   * @param name of the dataset, for messages
   * @param split one of {@link #splits}, {@link #ALL}, or what else the layout allows
   * @param scheme that annotations must have
   * @throws FaultException INVALID_ARGUMENT for a split of the wrong form; {@link
   *     DatasetFaults#splitEmpty SPLIT_EMPTY} for one that is not there
   */
  SplitReader open(Path folder, String name, String split, LandmarkScheme scheme);
}
