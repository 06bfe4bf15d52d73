package dev.facealign.platform.artifact;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/** The store a service is configured with. */
@Factory
final class ArtifactStoreFactory {

  /** A folder: {@code facealign.artifacts.root}. */
  @Singleton
  ArtifactStore artifactStore(@Property(name = "facealign.artifacts.root") Path root) {
    return new LocalArtifactStore(root);
  }
}
