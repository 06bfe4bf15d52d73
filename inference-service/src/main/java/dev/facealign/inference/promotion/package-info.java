/** Moving aliases, and the gRPC service Models. */
@NullMarked
package dev.facealign.inference.promotion;

import org.jspecify.annotations.NullMarked;
