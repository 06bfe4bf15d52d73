/** The life of a service process: start, readiness, end. */
@NullMarked
package dev.facealign.platform.service;

import org.jspecify.annotations.NullMarked;
