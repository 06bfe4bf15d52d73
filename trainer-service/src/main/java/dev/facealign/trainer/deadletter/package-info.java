/** Dead letters: what is remembered of them, and how their jobs are put on the queue again. */
@NullMarked
package dev.facealign.trainer.deadletter;

import org.jspecify.annotations.NullMarked;
