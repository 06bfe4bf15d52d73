/** Losses on DJL arrays, and the phi of whole batches (METHOD 3). */
@NullMarked
package dev.facealign.trainer.loss;

import org.jspecify.annotations.NullMarked;
