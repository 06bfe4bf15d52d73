/** Trained networks as ONNX files. */
@NullMarked
package dev.facealign.trainer.export;

import org.jspecify.annotations.NullMarked;
