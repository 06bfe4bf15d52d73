/** The trainer service: takes training jobs from Kafka and trains networks. */
@NullMarked
package dev.facealign.trainer;

import org.jspecify.annotations.NullMarked;
