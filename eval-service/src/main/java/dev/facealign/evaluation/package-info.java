/**
 * eval-service: measures published models through the inference service, and promotes the better
 * one.
 */
@NullMarked
package dev.facealign.evaluation;

import org.jspecify.annotations.NullMarked;
