/** Datasets by name, as services are configured with them. */
@NullMarked
package dev.facealign.platform.dataset;

import org.jspecify.annotations.NullMarked;
