/** What a dataset holds and what is wrong with it. */
@NullMarked
package dev.facealign.dataset.inspect;

import org.jspecify.annotations.NullMarked;
