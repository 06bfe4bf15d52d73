package dev.facealign.trainer.api;

import dev.facealign.fault.FaultException;
import dev.facealign.platform.page.Page;
import dev.facealign.platform.page.PageAnswer;
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

  private final RunPages pages;
  private final Page page = new Page();

  RunsController(RunPages pages) {
    this.pages = pages;
  }

  @Get
  HttpResponse<String> index() {
    return PageAnswer.html(pages.index());
  }

  @Get("/{id}")
  HttpResponse<String> run(String id) {
    return id.endsWith(JSON)
        ? PageAnswer.json(pages.data(id.substring(0, id.length() - JSON.length())))
        : PageAnswer.html(pages.run(id));
  }

  @Error
  HttpResponse<String> fault(HttpRequest<?> request, FaultException fault) {
    return PageAnswer.fault(fault, page);
  }
}
