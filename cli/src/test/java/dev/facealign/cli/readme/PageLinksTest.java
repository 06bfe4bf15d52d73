package dev.facealign.cli.readme;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Links of the project's pages to its own files, and to headings of its own pages. */
class PageLinksTest {
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?<file>[^)#\\s]*)(#(?<heading>[^)]*))?\\)");

  @Test
  void leadSomewhere() throws IOException {
    // Given
    List<Path> pages = pages();
    assertThat(pages).contains(Readme.PROJECT.resolve("docs/detect.md"));

    // When
    List<String> broken = new ArrayList<>();
    for (Path page : pages) {
      Matcher links = LINK.matcher(Files.readString(page));
      while (links.find()) {
        if (!leads(page, links)) {
          broken.add(Readme.PROJECT.relativize(page) + ": " + links.group());
        }
      }
    }

    // Then
    assertThat(broken).isEmpty();
  }

  private static boolean leads(Path page, Matcher link) throws IOException {
    String file = link.group("file");
    if (file.contains(":")) {
      return true;
    }
    Path target = requireNonNull(page.getParent()).resolve(file).normalize();
    if (file.isEmpty()) {
      target = page;
    }
    String heading = link.group("heading");
    return Files.exists(target) && (heading == null || headings(target).contains(heading));
  }

  /** As they are named in links: small letters, hyphens for spaces, nothing else but letters. */
  private static List<String> headings(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    Files.walkFileTree(
        Readme.PROJECT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = String.valueOf(folder.getFileName());
            boolean foreign =
                name.equals("target") || name.equals("node_modules") || name.equals(".git");
            return foreign ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              pages.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return pages;
  }
}
