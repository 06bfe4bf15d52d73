/** Immutable artifacts, addressed by key, verified by hash. */
@NullMarked
package dev.facealign.platform.artifact;

import org.jspecify.annotations.NullMarked;
