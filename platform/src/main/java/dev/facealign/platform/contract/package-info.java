/** Contract messages to domain values and back. */
@NullMarked
package dev.facealign.platform.contract;

import org.jspecify.annotations.NullMarked;
