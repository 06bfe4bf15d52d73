package dev.facealign.platform.page;

/** What every page has around its content. */
public final class Page {

  private final Asset style = Asset.read("page.css");
  private final Asset script = Asset.read("page.js");

  /** Begins a page that loads nothing, up to its first section. */
  public Html begin(String title) {
    return begin(title, "'none'");
  }

  /**
   * Begins a page that renews itself from where it came from, while what it shows goes on.
   *
   * @param source address of a text that is another one when the page is
   */
  public Html beginLive(String title, String source) {
    return begin(title, "'self'", "data-live", source);
  }

  private Html begin(String title, String connections, String... attributes) {
    Html html = Html.document();
    html.open("html", "lang", "en").open("head");
    html.open("meta", "charset", "utf-8");
    html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.open("meta", "name", "color-scheme", "content", "light dark");
    // Nothing is loaded, and nothing runs but what was written here: names come from files.
    html.open(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; img-src data:; style-src "
            + style.policySource()
            + "; script-src "
            + script.policySource()
            + "; connect-src "
            + connections
            + "; base-uri 'none'; form-action 'none'");
    html.element("title", title).asset("style", style).close();
    return html.open("body").open("main", attributes);
  }

  /** Ends a page. */
  public String end(Html html) {
    return html.close().asset("script", script).close().close().finish();
  }

  /** A page of a few words. */
  public String problem(String title, String message) {
    Html html = begin(title);
    html.open("header").element("h1", title).element("p", message, "class", "lead").close();
    return end(html);
  }
}
