package dev.facealign.platform.page;

/**
 * Switches for what is drawn of faces: their picture, true and predicted points, and the way from
 * one to the other. The page's script shows and hides what has the classes {@code picture}, {@code
 * true}, {@code predicted} and {@code difference}.
 */
public final class LayerSwitches {
  private LayerSwitches() {}

  /** Writes them, all on. */
  public static void write(Html html) {
    html.open("div", "class", "switches", "role", "group", "aria-label", "What is drawn");
    layer(html, "picture", "Pictures", "");
    layer(html, "true", "True", "key truth");
    layer(html, "predicted", "Predicted", "key prediction");
    layer(html, "difference", "Differences", "key difference");
    html.close();
  }

  private static void layer(Html html, String layer, String name, String key) {
    html.open("label").open("input", "type", "checkbox", "checked", "", "data-layer", layer);
    if (!key.isEmpty()) {
      html.element("i", "", "class", key);
    }
    html.text(name).close();
  }
}
