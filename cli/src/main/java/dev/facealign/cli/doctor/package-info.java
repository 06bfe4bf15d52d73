/** Whether this machine can run the suite, and what is missing where it cannot. */
@NullMarked
package dev.facealign.cli.doctor;

import org.jspecify.annotations.NullMarked;
