/** The gRPC edge: errors, reflection, health, streams under back pressure. */
@NullMarked
package dev.facealign.platform.grpc;

import org.jspecify.annotations.NullMarked;
