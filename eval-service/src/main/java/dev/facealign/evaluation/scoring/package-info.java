/**
 * From answers to figures: what a face's answer is worth, and what all of them come to. Knows
 * nothing of services and stores.
 */
@NullMarked
package dev.facealign.evaluation.scoring;

import org.jspecify.annotations.NullMarked;
