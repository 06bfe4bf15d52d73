/** The suite on one machine: the broker and the services as supervised child processes. */
@NullMarked
package dev.facealign.cli.standalone;

import org.jspecify.annotations.NullMarked;
