/** Connections to the services. */
@NullMarked
package dev.facealign.cli.client;

import org.jspecify.annotations.NullMarked;
