/**
 * One evaluation from its beginning to its published report: what is asked for, the faces, what
 * there is so far, so that one that ended early goes on.
 */
@NullMarked
package dev.facealign.evaluation.run;

import org.jspecify.annotations.NullMarked;
