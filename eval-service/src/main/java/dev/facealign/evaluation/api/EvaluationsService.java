package dev.facealign.evaluation.api;

import com.google.protobuf.ByteString;
import dev.facealign.evaluation.comparison.Comparison;
import dev.facealign.evaluation.library.ReportLibrary;
import dev.facealign.evaluation.report.ReportPages;
import dev.facealign.evaluation.run.EvaluationSettings;
import dev.facealign.evaluation.run.ProtocolContract;
import dev.facealign.evaluation.run.UnfinishedRuns;
import dev.facealign.fault.FaultException;
import dev.facealign.platform.grpc.ServerStream;
import dev.facealign.protocol.Protocol;
import dev.facealign.v1.CompareEvaluationsRequest;
import dev.facealign.v1.CompareEvaluationsResponse;
import dev.facealign.v1.EvaluateProgress;
import dev.facealign.v1.EvaluateRequest;
import dev.facealign.v1.Evaluation;
import dev.facealign.v1.EvaluationsGrpc;
import dev.facealign.v1.FaceResult;
import dev.facealign.v1.GetEvaluationRequest;
import dev.facealign.v1.ListEvaluationsRequest;
import dev.facealign.v1.ListEvaluationsResponse;
import dev.facealign.v1.ListFaceResultsRequest;
import dev.facealign.v1.ListProtocolsRequest;
import dev.facealign.v1.ListProtocolsResponse;
import dev.facealign.v1.RenderReportRequest;
import dev.facealign.v1.RenderReportResponse;
import dev.facealign.v1.UnfinishedEvaluation;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.List;

/** {@code facealign.v1.Evaluations}. */
@Singleton
final class EvaluationsService extends EvaluationsGrpc.EvaluationsImplBase {

  private static final int MESSAGES_WAITING = 4;
  private static final int FACES_WAITING = 256;
  private static final EvaluateRequest NOTHING_ELSE = EvaluateRequest.getDefaultInstance();

  private final EvaluationQueue queue;
  private final FaceLists faceLists;
  private final UnfinishedRuns runs;
  private final ReportLibrary library;
  private final Comparison comparison;
  private final ReportPages pages;

  EvaluationsService(
      EvaluationQueue queue,
      FaceLists faceLists,
      UnfinishedRuns runs,
      ReportLibrary library,
      Comparison comparison,
      ReportPages pages) {
    this.queue = queue;
    this.faceLists = faceLists;
    this.runs = runs;
    this.library = library;
    this.comparison = comparison;
    this.pages = pages;
  }

  @Override
  public void evaluate(EvaluateRequest request, StreamObserver<EvaluateProgress> observer) {
    if (request.getEvaluationId().isEmpty()) {
      EvaluationSettings settings = EvaluationSettings.of(request);
      queue.submit(settings, ServerStream.over(observer, MESSAGES_WAITING));
      return;
    }
    if (!request.toBuilder().clearEvaluationId().build().equals(NOTHING_ELSE)) {
      throw FaultException.invalid(
          "evaluation_id",
          request.getEvaluationId() + " beside other fields",
          "alone: it goes on as it was asked for");
    }
    queue.goOn(request.getEvaluationId(), ServerStream.over(observer, MESSAGES_WAITING));
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
            .addAllUnfinished(unfinished(request.getModelVersion()))
            .build());
    observer.onCompleted();
  }

  private List<UnfinishedEvaluation> unfinished(String modelVersion) {
    return runs.list().stream()
        .filter(run -> run.getModelVersion().startsWith(modelVersion))
        .toList();
  }

  @Override
  public void listFaceResults(ListFaceResultsRequest request, StreamObserver<FaceResult> observer) {
    faceLists.send(request, ServerStream.over(observer, FACES_WAITING));
  }

  @Override
  public void listProtocols(
      ListProtocolsRequest request, StreamObserver<ListProtocolsResponse> observer) {
    observer.onNext(
        ListProtocolsResponse.newBuilder()
            .addAllProtocols(Protocol.ALL.stream().map(ProtocolContract::toProto).toList())
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
