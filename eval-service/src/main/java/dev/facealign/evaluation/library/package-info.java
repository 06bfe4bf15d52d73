/** Reports that are kept: in the store, announced on the topic, looked up. */
@NullMarked
package dev.facealign.evaluation.library;

import org.jspecify.annotations.NullMarked;
