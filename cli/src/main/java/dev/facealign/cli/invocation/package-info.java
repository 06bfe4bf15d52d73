/** One run of the command line: what surrounds it and how it fails. */
@NullMarked
package dev.facealign.cli.invocation;

import org.jspecify.annotations.NullMarked;
