/** Training a network, beside PyTorch in Python. */
@NullMarked
package dev.facealign.benchmarks.training;

import org.jspecify.annotations.NullMarked;
