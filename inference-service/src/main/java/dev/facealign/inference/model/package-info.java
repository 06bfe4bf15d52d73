/** Which models there are, which of them are loaded, and which one serves. */
@NullMarked
package dev.facealign.inference.model;

import org.jspecify.annotations.NullMarked;
