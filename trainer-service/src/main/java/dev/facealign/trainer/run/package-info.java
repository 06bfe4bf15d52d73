/**
 * A training run from a dataset to a model: the loop, its checkpoints and its result. Knows nothing
 * of queues and stores.
 */
@NullMarked
package dev.facealign.trainer.run;

import org.jspecify.annotations.NullMarked;
