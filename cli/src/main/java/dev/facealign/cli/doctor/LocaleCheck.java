package dev.facealign.cli.doctor;

import java.nio.charset.Charset;

/** Whether Java can open files whatever their names. */
final class LocaleCheck implements Check {
  private static final String NAME = "locale";

  private final String fileNames;

  /**
   * @param fileNames the encoding of file names, Java's property sun.jnu.encoding
   */
  LocaleCheck(String fileNames) {
    this.fileNames = fileNames;
  }

  @Override
  public Finding look() {
    String found = "file names in " + fileNames + ", text in " + Charset.defaultCharset();
    return fileNames.equals("UTF-8")
        ? Finding.ok(NAME, found)
        : Finding.warning(
            NAME, found, "set LC_ALL=C.UTF-8: files with accents in their names cannot be opened");
  }
}
