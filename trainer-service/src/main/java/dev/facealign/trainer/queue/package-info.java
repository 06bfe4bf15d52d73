/** The queue of training jobs: what takes jobs knows of deliveries only, not of Kafka. */
@NullMarked
package dev.facealign.trainer.queue;

import org.jspecify.annotations.NullMarked;
