/** Errors of predicted points and what is made of many (METHOD 5). */
@NullMarked
package dev.facealign.metric;

import org.jspecify.annotations.NullMarked;
