/** The inference service as a client sees it. */
@NullMarked
package dev.facealign.evaluation.inference;

import org.jspecify.annotations.NullMarked;
