/**
 * Networks: what they are made of, as data ({@link dev.facealign.trainer.network.Architecture}),
 * and how they compute ({@link dev.facealign.trainer.network.Network}). The ONNX export reads the
 * same data.
 */
@NullMarked
package dev.facealign.trainer.network;

import org.jspecify.annotations.NullMarked;
