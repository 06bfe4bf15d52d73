/** The gRPC service Landmarks. */
@NullMarked
package dev.facealign.inference.stream;

import org.jspecify.annotations.NullMarked;
