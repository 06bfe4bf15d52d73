package dev.facealign.platform.contract;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.StoredArtifact;
import dev.facealign.v1.ModelManifest;
import java.io.IOException;
import java.nio.file.Files;

/** The manifest that a model's artifact holds itself. */
public final class StoredManifest {
  /** Its name among the artifact's files. */
  public static final String FILE = "manifest.json";

  private StoredManifest() {}

  /**
   * Reads it; fields that this code does not know are left out.
   *
   * @throws FaultException DATA_LOSS (reason ARTIFACT_DAMAGED): it is no manifest; UNAVAILABLE: the
   *     store cannot be read; NOT_FOUND: the artifact has none
   */
  public static ModelManifest of(StoredArtifact artifact) {
    ModelManifest.Builder manifest = ModelManifest.newBuilder();
    try {
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(Files.readString(artifact.file(FILE)), manifest);
      return manifest.build();
    } catch (InvalidProtocolBufferException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS,
          "ARTIFACT_DAMAGED",
          "model " + artifact.key() + ": " + FILE + " cannot be read: " + e.getMessage(),
          e);
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE,
          "STORE_UNAVAILABLE",
          "model " + artifact.key() + ": " + FILE + " cannot be read",
          e);
    }
  }
}
