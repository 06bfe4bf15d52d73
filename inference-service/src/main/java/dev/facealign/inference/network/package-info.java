/** The networks themselves: numbers in, numbers out. */
@NullMarked
package dev.facealign.inference.network;

import org.jspecify.annotations.NullMarked;
