package dev.facealign.evaluation.run;

import dev.facealign.metric.Normaliser;
import dev.facealign.platform.contract.Contracts;
import dev.facealign.protocol.Protocol;
import dev.facealign.v1.BoxSource;
import dev.facealign.v1.DatasetRef;
import java.util.Optional;

/** Protocols and normalisers as the contract has them. */
public final class ProtocolContract {

  private ProtocolContract() {}

  /** With the name and split that its faces have unless somebody says otherwise. */
  public static dev.facealign.v1.Protocol toProto(Protocol protocol) {
    dev.facealign.v1.Protocol.Builder message =
        dev.facealign.v1.Protocol.newBuilder()
            .setId(protocol.id())
            .setDescription(protocol.description())
            .setDataset(dataset(protocol))
            .setFaces(protocol.completeFaces())
            .setNormaliser(toProto(protocol.normaliser()))
            .addBoxSources(BoxSource.BOX_SOURCE_GROUND_TRUTH)
            .addBoxSources(BoxSource.BOX_SOURCE_JITTERED)
            .addBoxSources(BoxSource.BOX_SOURCE_DETECTOR);
    protocol.parts().forEach(part -> message.addParts(part.id()));
    return message.build();
  }

  /** Its faces under the name they have unless somebody says otherwise. */
  static DatasetRef dataset(Protocol protocol) {
    return DatasetRef.newBuilder()
        .setName(protocol.dataset())
        .setSplit(protocol.split())
        .setScheme(protocol.scheme())
        .setFormat(Contracts.toProto(Optional.of(protocol.format())))
        .build();
  }

  static dev.facealign.v1.Normaliser toProto(Normaliser normaliser) {
    return switch (normaliser) {
      case INTER_OCULAR -> dev.facealign.v1.Normaliser.NORMALISER_INTER_OCULAR;
      case INTER_PUPIL -> dev.facealign.v1.Normaliser.NORMALISER_INTER_PUPIL;
      case BOX_DIAGONAL -> dev.facealign.v1.Normaliser.NORMALISER_BOX_DIAGONAL;
    };
  }
}
