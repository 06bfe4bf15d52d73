package dev.facealign.trainer.page;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.page.Page;
import dev.facealign.platform.page.PageAnswer;
import dev.facealign.trainer.api.JobLog;
import dev.facealign.trainer.sample.SampleArchive;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;

/**
 * Training runs over HTTP, beside health and metrics: {@code /runs} lists them, {@code /runs/ID} is
 * the page of one, live while it runs, {@code /runs/ID.json} what it is made of.
 */
@Controller("/runs")
@ExecuteOn(TaskExecutors.BLOCKING)
class RunsController {
  private static final String JSON = ".json";

  private final JobLog log;
  private final Page page = new Page();
  private final RunIndexPage indexPage = new RunIndexPage(page);
  private final RunPage runPage;

  RunsController(JobLog log, SampleArchive archive) {
    this.log = log;
    this.runPage = new RunPage(page, archive);
  }

  @Get
  HttpResponse<String> index() {
    return PageAnswer.html(indexPage.of(log.ledger().all()));
  }

  @Get("/{id}")
  HttpResponse<String> run(String id) {
    return id.endsWith(JSON)
        ? PageAnswer.json(Run.of(id.substring(0, id.length() - JSON.length()), log).json())
        : PageAnswer.html(runPage.of(Run.of(id, log)));
  }

  @Error
  HttpResponse<String> fault(HttpRequest<?> request, FaultException fault) {
    return PageAnswer.fault(fault, page);
  }
}
