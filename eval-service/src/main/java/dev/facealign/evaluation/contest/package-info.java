/** Whether a model becomes champion. */
@NullMarked
package dev.facealign.evaluation.contest;

import org.jspecify.annotations.NullMarked;
