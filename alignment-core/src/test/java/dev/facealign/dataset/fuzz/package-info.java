/**
 * Fuzz targets of the readers. Whatever a file holds, it is read or refused with a FaultException,
 * quickly and in little memory.
 *
 * <p>{@code mvn verify} runs each target's seeds, former findings (src/test/resources) and a fixed
 * number of mutations that are the same each time. {@code mvn -pl alignment-core -Pfuzz verify}
 * lets Jazzer search for ten minutes each; it leaves a finding beside the former ones.
 */
@NullMarked
package dev.facealign.dataset.fuzz;

import org.jspecify.annotations.NullMarked;
