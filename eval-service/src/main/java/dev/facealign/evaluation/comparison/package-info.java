/**
 * Models against each other, face by face: reports side by side, and whether a model becomes
 * champion.
 */
@NullMarked
package dev.facealign.evaluation.comparison;

import org.jspecify.annotations.NullMarked;
