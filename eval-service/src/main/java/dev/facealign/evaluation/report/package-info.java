/** Evaluations as pages that people read: self-contained HTML, over HTTP and for callers. */
@NullMarked
package dev.facealign.evaluation.report;

import org.jspecify.annotations.NullMarked;
