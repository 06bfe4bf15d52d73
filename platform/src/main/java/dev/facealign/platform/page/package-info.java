/** Pages for people: self-contained HTML with plots, light and dark, for screens and paper. */
@NullMarked
package dev.facealign.platform.page;

import org.jspecify.annotations.NullMarked;
