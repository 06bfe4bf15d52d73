/** What the service counts and times. */
@NullMarked
package dev.facealign.inference.metrics;

import org.jspecify.annotations.NullMarked;
