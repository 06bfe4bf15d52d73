/** Published models. */
@NullMarked
package dev.facealign.cli.models;

import org.jspecify.annotations.NullMarked;
