package dev.facealign.platform.contract;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.ContentHash;
import dev.facealign.platform.artifact.StoredArtifact;
import dev.facealign.platform.artifact.VersionPrefix;
import dev.facealign.v1.ShapeModel;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shape models in the artifact store: {@code shape-models/<version>/shape-model.pb}. */
@Singleton
public final class StoredShapeModels {

  private static final String FILE = "shape-model.pb";

  private final ArtifactStore store;

  public StoredShapeModels(ArtifactStore store) {
    this.store = store;
  }

  /** Versions there are, sorted. */
  public List<String> versions() {
    return store.keys(ArtifactKind.SHAPE_MODEL, "");
  }

  /**
   * Reads a shape model and verifies it.
   *
   * @param versionOrPrefix 8 to 64 hexadecimal digits
   * @throws FaultException INVALID_ARGUMENT: of another form, or the prefix fits several;
   *     NOT_FOUND; DATA_LOSS: its bytes are not what they were
   */
  public StoredShapeModel read(String versionOrPrefix) {
    String version = VersionPrefix.resolve("shape model", versionOrPrefix, versions());
    return parse(version, store.open(ArtifactKind.SHAPE_MODEL, version));
  }

  /**
   * Publishes a shape model under the version that its content gives it. Publishing it again
   * changes nothing.
   *
   * @param message its {@code version} is left out of what is stored
   */
  public StoredShapeModel publish(ShapeModel message) {
    byte[] content = bytes(message.toBuilder().clearVersion().build());
    String version = ContentHash.sha256(content);
    return parse(
        version,
        store.publish(
            ArtifactKind.SHAPE_MODEL, version, Map.of(FILE, ArtifactSource.bytes(content))));
  }

  private static StoredShapeModel parse(String version, StoredArtifact artifact) {
    try {
      byte[] content = Files.readAllBytes(artifact.file(FILE));
      String hash = ContentHash.sha256(content);
      if (!hash.equals(version)) {
        throw damaged(version, FILE + " has sha256 " + hash + " (expected: its version)", null);
      }
      ShapeModel message = ShapeModel.parseFrom(content);
      return new StoredShapeModel(
          version,
          message.toBuilder().setVersion(version).build(),
          ShapeModelContract.shapeModel(message),
          artifact.publishedAt());
    } catch (InvalidProtocolBufferException e) {
      throw damaged(version, FILE + " is no ShapeModel message", e);
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE,
          "STORE_UNAVAILABLE",
          "artifact store: cannot read shape model " + version + ": " + e,
          e);
    }
  }

  private static FaultException damaged(String version, String what, @Nullable Exception cause) {
    return FaultException.of(
        FaultKind.DATA_LOSS, "ARTIFACT_DAMAGED", "shape-models/" + version + ": " + what, cause);
  }

  /** The same message always gives the same bytes. */
  private static byte[] bytes(ShapeModel message) {
    byte[] content = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(content);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the right size takes the message", e);
    }
    return content;
  }
}
