/** pca-service: fits shape models to annotated faces, publishes them and answers for them. */
@NullMarked
package dev.facealign.pca;

import org.jspecify.annotations.NullMarked;
