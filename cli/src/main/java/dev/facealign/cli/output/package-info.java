/** What people and programs read: lines, tables, progress, JSON. */
@NullMarked
package dev.facealign.cli.output;

import org.jspecify.annotations.NullMarked;
