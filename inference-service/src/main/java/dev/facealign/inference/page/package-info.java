/** A web page on which people try the service with a photograph or their camera. */
@NullMarked
package dev.facealign.inference.page;

import org.jspecify.annotations.NullMarked;
