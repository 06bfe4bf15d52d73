package dev.facealign.evaluation.library;

import dev.facealign.v1.Evaluation;

/**
 * A report with the error of every face, also of those that are too many for its message.
 *
 * @param report with or without its faces
 * @param errors of all of them
 */
public record ScoredReport(Evaluation report, FaceErrors errors) {}
