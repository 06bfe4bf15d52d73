package dev.facealign.evaluation;

import com.google.protobuf.ByteString;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.v1.CompareEvaluationsRequest;
import dev.facealign.v1.CompareEvaluationsResponse;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.EvaluationsGrpc;
import dev.facealign.v1.GetEvaluationRequest;
import dev.facealign.v1.ListEvaluationsRequest;
import dev.facealign.v1.ListEvaluationsResponse;
import dev.facealign.v1.RenderReportRequest;
import dev.facealign.v1.RenderReportResponse;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/** {@code facealign.v1.Evaluations}. */
@Singleton
final class EvaluationsService extends EvaluationsGrpc.EvaluationsImplBase {

  private static final int MESSAGES_WAITING = 4;

  private final EvaluationQueue queue;
  private final ReportLibrary library;
  private final Comparison comparison;
  private final ReportPages pages;

  EvaluationsService(
      EvaluationQueue queue, ReportLibrary library, Comparison comparison, ReportPages pages) {
    this.queue = queue;
    this.library = library;
    this.comparison = comparison;
    this.pages = pages;
  }

  @Override
  public void evaluate(EvaluateRequest request, StreamObserver<EvaluateProgress> observer) {
    EvaluationSettings settings = EvaluationSettings.of(request);
    queue.submit(settings, ServerStream.over(observer, MESSAGES_WAITING));
  }

  @Override
  public void getEvaluation(GetEvaluationRequest request, StreamObserver<Evaluation> observer) {
    observer.onNext(library.whole(request.getEvaluationId()));
    observer.onCompleted();
  }

  @Override
  public void renderReport(
      RenderReportRequest request, StreamObserver<RenderReportResponse> observer) {
    observer.onNext(
        RenderReportResponse.newBuilder()
            .setHtml(ByteString.copyFromUtf8(pages.page(request.getEvaluationId())))
            .build());
    observer.onCompleted();
  }

  @Override
  public void listEvaluations(
      ListEvaluationsRequest request, StreamObserver<ListEvaluationsResponse> observer) {
    observer.onNext(
        ListEvaluationsResponse.newBuilder()
            .addAllEvaluations(library.list(request.getModelVersion()))
            .build());
    observer.onCompleted();
  }

  @Override
  public void compareEvaluations(
      CompareEvaluationsRequest request, StreamObserver<CompareEvaluationsResponse> observer) {
    observer.onNext(comparison.compare(request));
    observer.onCompleted();
  }
}
