package dev.facealign.cli.shape;

import dev.facealign.cli.invocation.CommandFailure;
import dev.facealign.cli.output.PngFile;
import dev.facealign.shape.report.ShapeModelSheet;
import java.awt.Dimension;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Writes a sheet as SVG and as PNG: the same drawing. */
final class SheetFiles {
  private static final String SVG = "http://www.w3.org/2000/svg";

  private SheetFiles() {}

  /**
   * As SVG. Text stays text.
   *
   * @param title for those who hear the drawing
   * @param description for them too
   */
  static void writeSvg(ShapeModelSheet sheet, String title, String description, Path file) {
    Document document = emptySvg();
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
    context.setComment(null);
    context.setPrecision(2);
    SVGGraphics2D g = new SVGGraphics2D(context, false);
    Dimension size = sheet.size();
    g.setSVGCanvasSize(size);
    sheet.draw(g);
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
    } catch (IOException e) {
      throw cannotWrite(file, e);
    } catch (TransformerException e) {
      throw cannotWrite(file, new IOException(e));
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

  /** As PNG, two pixels a unit. */
  static void writePng(ShapeModelSheet sheet, Path file) {
    try {
      PngFile.write(sheet.picture(2), file);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  static CommandFailure cannotWrite(Path file, IOException e) {
    return new CommandFailure(file + ": cannot be written: " + e.getMessage(), e);
  }
}
