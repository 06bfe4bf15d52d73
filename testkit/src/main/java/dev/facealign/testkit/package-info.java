/** What the tests of all modules share. */
@NullMarked
package dev.facealign.testkit;

import org.jspecify.annotations.NullMarked;
