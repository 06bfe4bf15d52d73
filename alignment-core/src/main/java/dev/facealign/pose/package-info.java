/** How a head is turned, from its landmarks. */
@NullMarked
package dev.facealign.pose;

import org.jspecify.annotations.NullMarked;
