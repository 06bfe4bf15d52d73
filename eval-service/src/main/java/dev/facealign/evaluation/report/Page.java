package dev.facealign.evaluation.report;

/** What every page has around its content. */
final class Page {

  private final Asset style = Asset.read("page.css");
  private final Asset script = Asset.read("page.js");

  /** Begins a page, up to its first section. */
  Html begin(String title) {
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
            + "; base-uri 'none'; form-action 'none'");
    html.element("title", title).asset("style", style).close();
    return html.open("body").open("main");
  }

  /** Ends a page. */
  String end(Html html) {
    return html.close().asset("script", script).close().close().finish();
  }
}
