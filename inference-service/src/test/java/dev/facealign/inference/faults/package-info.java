/**
 * What goes wrong at a service that serves, injected into the real one. docs/detect.md has the
 * table.
 */
@NullMarked
package dev.facealign.inference.faults;

import org.jspecify.annotations.NullMarked;
