/** Topics, publishing a record, following a topic. */
@NullMarked
package dev.facealign.platform.kafka;

import org.jspecify.annotations.NullMarked;
