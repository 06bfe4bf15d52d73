/** Drawing: faces whose points are known, points over pictures, sheets of pictures. */
@NullMarked
package dev.facealign.render;

import org.jspecify.annotations.NullMarked;
