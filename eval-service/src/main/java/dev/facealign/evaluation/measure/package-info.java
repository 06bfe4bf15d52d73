/** From predictions and truth to metrics, without transport. */
@NullMarked
package dev.facealign.evaluation.measure;

import org.jspecify.annotations.NullMarked;
