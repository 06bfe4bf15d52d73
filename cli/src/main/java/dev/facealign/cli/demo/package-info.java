/** The whole loop in one command. */
@NullMarked
package dev.facealign.cli.demo;

import org.jspecify.annotations.NullMarked;
