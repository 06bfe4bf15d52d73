/** Training jobs over gRPC. */
@NullMarked
package dev.facealign.trainer.api;

import org.jspecify.annotations.NullMarked;
