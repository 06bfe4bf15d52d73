package dev.facealign.trainer.api;

import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.trainer.imports.ModelImport;
import dev.facealign.trainer.imports.Upload;
import dev.facealign.trainer.worker.ModelPublisher;
import dev.facealign.v1.ImportModelRequest;
import dev.facealign.v1.ImportModelResponse;
import dev.facealign.v1.ModelImportsGrpc;
import dev.facealign.v1.ModelManifest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes files of weights. Uploads are bounded in size and number, and never outlive their call. */
@Singleton
final class ModelImportsEndpoint extends ModelImportsGrpc.ModelImportsImplBase {
  private static final Logger log = LoggerFactory.getLogger(ModelImportsEndpoint.class);
  private static final long MOST_BYTES = 256L << 20;
  private static final int MOST_AT_ONCE = 2;

  private final ModelPublisher models;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  ModelImportsEndpoint(ModelPublisher models) {
    this.models = models;
  }

  @Override
  public StreamObserver<ImportModelRequest> importModel(
      StreamObserver<ImportModelResponse> answer) {
    Import running = new Import(answer);
    // Without a handler, gRPC would throw into the service when the caller leaves.
    ((ServerCallStreamObserver<ImportModelResponse>) answer).setOnCancelHandler(running::discard);
    return running;
  }

  /** One call. gRPC calls it by one thread at a time. */
  private final class Import implements StreamObserver<ImportModelRequest> {
    private final StreamObserver<ImportModelResponse> answer;
    private @Nullable ModelImport settings;
    private @Nullable Upload upload;

    Import(StreamObserver<ImportModelResponse> answer) {
      this.answer = answer;
    }

    @Override
    public void onNext(ImportModelRequest request) {
      try {
        switch (request.getPartCase()) {
          case SETTINGS -> begin(ModelImport.of(request.getSettings()));
          case CHUNK -> begun(upload).add(request.getChunk());
          case PART_NOT_SET ->
              throw FaultException.invalid("part", "nothing", "settings or a piece of the file");
        }
      } catch (RuntimeException e) {
        discard();
        throw e;
      }
    }

    private void begin(ModelImport checked) {
      if (settings != null) {
        throw FaultException.invalid("settings", "a second time", "once, first");
      }
      if (!places.tryAcquire()) {
        throw FaultException.of(
            FaultKind.RESOURCE_EXHAUSTED,
            "TOO_MANY_IMPORTS",
            "imports at once: " + (MOST_AT_ONCE + 1) + " (expected: at most " + MOST_AT_ONCE + ")");
      }
      settings = checked;
      try {
        upload = new Upload(MOST_BYTES);
      } catch (RuntimeException e) {
        places.release();
        throw e;
      }
    }

    private static <T> T begun(@Nullable T value) {
      if (value == null) {
        throw FaultException.invalid("settings", "none", "first");
      }
      return value;
    }

    @Override
    public void onCompleted() {
      try {
        Upload whole = begun(upload);
        ModelImport.Converted converted =
            begun(settings).convert(whole.end(), whole.sha256(), whole.size());
        ModelManifest manifest =
            models.publish(
                converted.manifest(),
                converted.onnx().toByteArray(),
                converted.weights().toByteArray());
        log.info(
            "model imported version={} name={} bytes={}",
            manifest.getVersion(),
            manifest.getName(),
            whole.size());
        answer.onNext(ImportModelResponse.newBuilder().setModel(manifest).build());
        answer.onCompleted();
      } finally {
        discard();
      }
    }

    @Override
    public void onError(Throwable failure) {
      discard();
    }

    private void discard() {
      if (upload != null) {
        Upload kept = upload;
        upload = null;
        places.release();
        kept.close();
      }
    }
  }
}
