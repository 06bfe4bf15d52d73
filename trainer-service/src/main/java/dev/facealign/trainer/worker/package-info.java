/**
 * The worker: takes jobs from the queue, trains, keeps the event log, checkpoints, publishes
 * models.
 */
@NullMarked
package dev.facealign.trainer.worker;

import org.jspecify.annotations.NullMarked;
