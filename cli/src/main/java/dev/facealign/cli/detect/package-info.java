/** Landmarks of photos. */
@NullMarked
package dev.facealign.cli.detect;

import org.jspecify.annotations.NullMarked;
