/** Reports: how they are drawn and where they are kept. */
@NullMarked
package dev.facealign.evaluation.report;

import org.jspecify.annotations.NullMarked;
