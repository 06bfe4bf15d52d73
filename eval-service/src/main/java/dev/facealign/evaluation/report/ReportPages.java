package dev.facealign.evaluation.report;

import dev.facealign.evaluation.library.ReportLibrary;
import dev.facealign.fault.FaultException;
import dev.facealign.v1.Evaluation;
import jakarta.inject.Singleton;
import java.util.concurrent.locks.ReentrantLock;

/** Pages of the reports there are. Thread-safe; makes one at a time, so that memory is bounded. */
@Singleton
public final class ReportPages {

  private final ReportLibrary library;
  private final EvaluationPages pages;
  private final ReentrantLock one = new ReentrantLock();

  ReportPages(ReportLibrary library, EvaluationPages pages) {
    this.library = library;
    this.pages = pages;
  }

  /** The list of all reports as HTML. */
  String index() {
    return pages.index(library.list(""));
  }

  /**
   * A report as HTML.
   *
   * @throws FaultException NOT_FOUND; DATA_LOSS where it is damaged
   */
  public String page(String id) {
    one.lock();
    try {
      Evaluation report = library.whole(id);
      return pages.of(report);
    } finally {
      one.unlock();
    }
  }
}
