/** The gRPC service Evaluations, and the lines that its calls wait in. */
@NullMarked
package dev.facealign.evaluation.api;

import org.jspecify.annotations.NullMarked;
