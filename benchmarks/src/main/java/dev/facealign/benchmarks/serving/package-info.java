/** Serving landmarks: the service against the bare network, and against others' servers. */
@NullMarked
package dev.facealign.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
