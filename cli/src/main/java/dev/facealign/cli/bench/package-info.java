/** {@code facealign bench}: load on a running inference service, and how it bears it. */
@NullMarked
package dev.facealign.cli.bench;

import org.jspecify.annotations.NullMarked;
