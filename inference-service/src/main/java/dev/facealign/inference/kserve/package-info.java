/** The gRPC service inference.GRPCInferenceService: the Open Inference Protocol, "KServe v2". */
@NullMarked
package dev.facealign.inference.kserve;

import org.jspecify.annotations.NullMarked;
