/** From crops to training batches, loaded ahead of the network. */
@NullMarked
package dev.facealign.trainer.augment;

import org.jspecify.annotations.NullMarked;
