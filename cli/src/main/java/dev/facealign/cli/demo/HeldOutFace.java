package dev.facealign.cli.demo;

import dev.facealign.landmark.Landmarks;

/**
 * A held-out face with what was found in it.
 *
 * @param id its name in the dataset
 * @param truth annotated points, pixels of the upright picture
 * @param predicted points found, pixels of the upright picture
 * @param nme by the scheme's normaliser, fraction
 */
record HeldOutFace(String id, Landmarks truth, Landmarks predicted, double nme) {}
