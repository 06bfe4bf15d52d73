package dev.facealign.evaluation.run;

import dev.facealign.crop.BoxSource;
import dev.facealign.evaluation.inference.InferenceService;
import dev.facealign.fault.FaultException;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.protocol.Protocol;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.EvaluateRequest;
import java.util.Optional;

/**
 * What to measure, defaults filled in.
 *
 * @param dataset with its split
 * @param model alias, version, prefix or name
 * @param boxes which box is sent with a face; empty where the service's detector finds it
 * @param promoteIfBetter whether a better model becomes champion
 * @param protocol that the faces must be; empty: whatever they are
 * @param request as it was asked for
 */
public record EvaluationSettings(
    DatasetRef dataset,
    String model,
    Optional<BoxSource> boxes,
    boolean promoteIfBetter,
    Optional<Protocol> protocol,
    EvaluateRequest request) {

  private static final String DEFAULT_SPLIT = "test";

  /** A request's settings; refused by the field's name where one is wrong. */
  public static EvaluationSettings of(EvaluateRequest request) {
    String model = request.getModel().isEmpty() ? InferenceService.CHAMPION : request.getModel();
    Optional<Protocol> protocol =
        request.getProtocol().isEmpty()
            ? Optional.empty()
            : Optional.of(Protocol.byId(request.getProtocol()));
    return new EvaluationSettings(
        protocol
            .map(known -> dataset(known, request.getDataset()))
            .orElseGet(() -> Contracts.dataset(request.getDataset(), DEFAULT_SPLIT)),
        model,
        boxes(request),
        request.getPromoteIfBetter(),
        protocol,
        request);
  }

  private static DatasetRef dataset(Protocol protocol, DatasetRef asked) {
    if (!asked.toBuilder().clearName().build().equals(DatasetRef.getDefaultInstance())) {
      throw FaultException.invalid(
          "dataset",
          "split, scheme or format beside protocol " + protocol.id(),
          "its name alone; the protocol says the rest");
    }
    return ProtocolContract.dataset(protocol).toBuilder()
        .setName(asked.getName().isEmpty() ? protocol.dataset() : asked.getName())
        .build();
  }

  private static Optional<BoxSource> boxes(EvaluateRequest request) {
    if (request.getBoxSource() == dev.facealign.v1.BoxSource.BOX_SOURCE_DETECTOR) {
      return Optional.empty();
    }
    return Optional.of(Contracts.boxSource(request.getBoxSourceValue(), request.getBoxJitter()));
  }
}
