/** Shadow traffic: another model's answers to the champion's faces, unseen by callers. */
@NullMarked
package dev.facealign.inference.shadow;

import org.jspecify.annotations.NullMarked;
