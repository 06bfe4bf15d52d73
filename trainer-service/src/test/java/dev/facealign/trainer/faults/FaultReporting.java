package dev.facealign.trainer.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests their {@link Findings} and writes them all to target/faults/report.md. */
final class FaultReporting
    implements ParameterResolver, BeforeTestExecutionCallback, AfterTestExecutionCallback {
  private static final Namespace NAMESPACE = Namespace.create(FaultReporting.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Findings.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return findings(context);
  }

  @Override
  public void beforeTestExecution(ExtensionContext context) {
    context.getStore(NAMESPACE).put("began", Instant.now());
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    Fault fault = context.getRequiredTestMethod().getAnnotation(Fault.class);
    Report report =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(Report.class, key -> new Report(), Report.class);
    Instant began = context.getStore(NAMESPACE).get("began", Instant.class);
    Findings findings = findings(context);
    report.add(
        new Row(
            fault.row(),
            fault.injected(),
            findings.seen(),
            context.getExecutionException().map(FaultReporting::failure).orElse("as asked"),
            Duration.between(began, Instant.now())),
        findings.tables());
  }

  private static String failure(Throwable cause) {
    boolean skipped = cause.getClass().getSimpleName().equals("TestAbortedException");
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return skipped ? "not run: " + message : "**FAILED**: " + message;
  }

  private static Findings findings(ExtensionContext context) {
    Store store = context.getStore(NAMESPACE);
    return store.getOrComputeIfAbsent(Findings.class, key -> new Findings(), Findings.class);
  }

  private record Row(String row, String injected, String seen, String outcome, Duration took) {
    String line() {
      return String.format(
          Locale.ROOT,
          "| %s | %s | %s | %s | %d |",
          row,
          cell(injected),
          cell(seen),
          cell(outcome),
          took.toSeconds());
    }

    private static String cell(String text) {
      return text.replace("|", "/").replace("\n", " ");
    }
  }

  /** Written anew after every test, so that a run that is broken off leaves what it saw. */
  private static final class Report implements AutoCloseable {
    private static final Path FILE = Path.of("target/faults/report.md");

    private final Instant began = Instant.now();
    private final double loadBefore = load();
    private final List<Row> rows = new ArrayList<>();
    private final List<String> tables = new ArrayList<>();

    void add(Row row, List<String> moreTables) {
      rows.add(row);
      tables.addAll(moreTables);
      write();
    }

    private String text() {
      List<String> lines = new ArrayList<>();
      lines.add("# Faults injected into training jobs");
      lines.add("");
      lines.add(
          String.format(
              Locale.ROOT,
              "Began %s, %d processors, load average %.2f before and %.2f after.",
              began.truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
              Runtime.getRuntime().availableProcessors(),
              loadBefore,
              load()));
      lines.add("");
      lines.add("| row | injected | seen | outcome | s |");
      lines.add("|---|---|---|---|---|");
      rows.stream().sorted(Comparator.comparing(Row::row)).map(Row::line).forEach(lines::add);
      for (String table : tables) {
        lines.add("");
        lines.add(table);
      }
      return String.join("\n", lines) + "\n";
    }

    private static double load() {
      return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private void write() {
      try {
        Files.createDirectories(FILE.toAbsolutePath().getParent());
        Files.writeString(FILE, text());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      System.out.println(text());
      System.out.println("report: " + FILE.toAbsolutePath());
    }
  }
}
