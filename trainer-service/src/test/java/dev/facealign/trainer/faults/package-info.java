/** Faults injected into training jobs: real processes, killed, stopped, starved and misled. */
@NullMarked
package dev.facealign.trainer.faults;

import org.jspecify.annotations.NullMarked;
