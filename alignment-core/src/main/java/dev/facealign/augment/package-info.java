/**
 * Crops of faces kept in memory, and random changes of them for training (METHOD 4). What trains
 * and what shows people the changes use the same code.
 */
@NullMarked
package dev.facealign.augment;

import org.jspecify.annotations.NullMarked;
