/** The open format: CSV or JSON lines, a face a line. */
@NullMarked
package dev.facealign.dataset.table;

import org.jspecify.annotations.NullMarked;
