/** The process: landmarks over gRPC. */
@NullMarked
package dev.facealign.inference;

import org.jspecify.annotations.NullMarked;
