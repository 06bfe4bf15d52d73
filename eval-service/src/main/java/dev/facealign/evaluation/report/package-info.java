/** Evaluations as pages that people read: self-contained HTML. */
@NullMarked
package dev.facealign.evaluation.report;

import org.jspecify.annotations.NullMarked;
