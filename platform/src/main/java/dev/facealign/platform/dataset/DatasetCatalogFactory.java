package dev.facealign.platform.dataset;

import dev.facealign.dataset.catalog.DatasetCatalog;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/** The datasets folder a service is configured with: {@code facealign.datasets.root}. */
@Factory
final class DatasetCatalogFactory {

  @Singleton
  DatasetCatalog datasetCatalog(@Property(name = "facealign.datasets.root") Path root) {
    return new DatasetCatalog(root);
  }
}
