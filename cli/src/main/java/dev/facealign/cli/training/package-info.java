/** Training jobs. */
@NullMarked
package dev.facealign.cli.training;

import org.jspecify.annotations.NullMarked;
