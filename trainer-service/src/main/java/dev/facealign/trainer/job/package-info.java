/** What a training job asks for and the states it goes through; free of Kafka and of DJL. */
@NullMarked
package dev.facealign.trainer.job;

import org.jspecify.annotations.NullMarked;
