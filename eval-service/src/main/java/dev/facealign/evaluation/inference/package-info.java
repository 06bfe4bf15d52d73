/**
 * The inference service as a caller sees it, and how a model's answers to all faces of a dataset
 * are collected.
 */
@NullMarked
package dev.facealign.evaluation.inference;

import org.jspecify.annotations.NullMarked;
