/** Stored first, announced later: how artifacts become known. */
@NullMarked
package dev.facealign.platform.publication;

import org.jspecify.annotations.NullMarked;
