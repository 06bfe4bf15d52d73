/** Evaluations over gRPC. */
@NullMarked
package dev.facealign.evaluation.api;

import org.jspecify.annotations.NullMarked;
