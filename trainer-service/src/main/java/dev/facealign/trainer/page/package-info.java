/** Training jobs as pages that people read: their course so far, live while they run. */
@NullMarked
package dev.facealign.trainer.page;

import org.jspecify.annotations.NullMarked;
