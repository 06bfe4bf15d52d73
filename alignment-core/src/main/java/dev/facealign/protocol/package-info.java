/** What the field measures on, by name. */
@NullMarked
package dev.facealign.protocol;

import org.jspecify.annotations.NullMarked;
