package dev.facealign.dataset.catalog;

import dev.facealign.dataset.DatasetFormat;
import java.util.Optional;

/**
 * Which faces are meant.
 *
 * @param name of the dataset: letters, digits, '.', '_' and '-'
 * @param split "train", "test", "all", ..., or what else the layout has
 * @param schemeId landmark scheme; empty: the one that the dataset brings, or else its layout's
 * @param format how the files are laid out; empty: what they look like
 */
public record DatasetSelection(
    String name, String split, String schemeId, Optional<DatasetFormat> format) {
  /** With the scheme and format that the dataset's files show. */
  public static DatasetSelection of(String name, String split) {
    return new DatasetSelection(name, split, "", Optional.empty());
  }
}
