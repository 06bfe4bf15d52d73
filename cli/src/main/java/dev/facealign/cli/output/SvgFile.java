package dev.facealign.cli.output;

import java.awt.Dimension;
import java.awt.Graphics2D;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** An SVG file that a command writes at its end. */
public final class SvgFile {
  private static final String SVG = "http://www.w3.org/2000/svg";

  private SvgFile() {}

  /**
   * Writes a drawing. Text that is drawn as text stays text.
   *
   * @param title for those who hear the drawing
   * @param description for them too
   */
  public static void write(
      Dimension size,
      Consumer<? super Graphics2D> drawing,
      String title,
      String description,
      Path file)
      throws IOException {
    Document document = emptySvg();
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
    context.setComment(null);
    context.setPrecision(2);
    SVGGraphics2D g = new SVGGraphics2D(context, false);
    g.setSVGCanvasSize(size);
    drawing.accept(g);
    Element root = g.getRoot();
    root.setAttributeNS(null, "viewBox", "0 0 " + size.width + " " + size.height);
    root.setAttributeNS(null, "role", "img");
    root.insertBefore(text(document, "desc", description), root.getFirstChild());
    root.insertBefore(text(document, "title", title), root.getFirstChild());
    // Batik's own writer names a DTD, which readers would fetch.
    try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      Transformer identity = TransformerFactory.newInstance().newTransformer();
      identity.setOutputProperty(OutputKeys.INDENT, "yes");
      identity.transform(new DOMSource(root), new StreamResult(writer));
    } catch (TransformerException e) {
      throw new IOException(e);
    }
  }

  private static Element text(Document document, String name, String text) {
    Element element = document.createElementNS(SVG, name);
    element.setTextContent(text);
    return element;
  }

  private static Document emptySvg() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVG, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("every JDK makes XML documents", e);
    }
  }
}
