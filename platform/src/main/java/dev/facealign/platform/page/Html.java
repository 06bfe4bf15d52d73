package dev.facealign.platform.page;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes HTML with SVG in it, element by element. Whatever is no tag or attribute name is escaped:
 * names of faces and reasons come from files, and nobody has to remember that. One thread, one use.
 */
public final class Html {

  /** Elements that HTML knows no end of. */
  private static final Set<String> VOID = Set.of("img", "meta", "br", "input", "hr", "link");

  /** Elements that a line of the source ends after; elsewhere it would be a space of the text. */
  private static final Set<String> BLOCKS =
      Set.of(
          "head", "title", "header", "section", "div", "p", "figure", "svg", "table", "tr", "ul",
          "dl", "details");

  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9:-]*");

  private final StringBuilder out = new StringBuilder(1 << 16);
  private final Deque<String> open = new ArrayDeque<>();

  /** A document of its own, up to where its root element begins. */
  public static Html document() {
    Html html = new Html();
    html.out.append("<!doctype html>\n");
    return html;
  }

  /**
   * Begins an element.
   *
   * @param attributes name, value, name, value, ...; a value of "" stands for itself
   */
  public Html open(String tag, String... attributes) {
    begin(tag, attributes);
    out.append('>');
    if (VOID.contains(tag)) {
      return this;
    }
    open.push(tag);
    return this;
  }

  /** Ends the element that was begun last. */
  public Html close() {
    String tag = open.pop();
    out.append("</").append(tag).append('>');
    if (BLOCKS.contains(tag)) {
      out.append('\n');
    }
    return this;
  }

  /** An element with text and nothing else. */
  public Html element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** A shape of an SVG picture: an element without content. */
  public Html shape(String tag, String... attributes) {
    begin(tag, attributes);
    out.append("/>");
    return this;
  }

  /** Text. */
  public Html text(String text) {
    escape(text);
    return this;
  }

  /** A style or script of this program, which HTML takes literally. */
  Html asset(String tag, Asset asset) {
    begin(tag);
    out.append(">\n").append(asset.text()).append("</").append(tag).append(">\n");
    return this;
  }

  /**
   * The document.
   *
   * @throws IllegalStateException where an element was not ended
   */
  public String finish() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("open elements: " + open + " (expected: none)");
    }
    return out.toString();
  }

  private void begin(String tag, String... attributes) {
    String checked = checked(tag);
    out.append('<').append(checked);
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("attributes of " + tag + ": a name without a value");
    }
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(checked(attributes[i])).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name: " + name + " (expected: letters, digits, '-')");
    }
    return name;
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
  }
}
