/** 300W's layout: pictures beside .pts files. */
@NullMarked
package dev.facealign.dataset.pts;

import org.jspecify.annotations.NullMarked;
