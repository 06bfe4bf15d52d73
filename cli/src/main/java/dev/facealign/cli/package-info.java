/** The command line, a client of the services. */
@NullMarked
package dev.facealign.cli;

import org.jspecify.annotations.NullMarked;
