/**
 * From pictures to training batches: crops kept in memory, random changes, loading ahead of the
 * network.
 */
@NullMarked
package dev.facealign.trainer.augment;

import org.jspecify.annotations.NullMarked;
