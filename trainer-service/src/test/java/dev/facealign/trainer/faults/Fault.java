package dev.facealign.trainer.faults;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a test of the fault suite injects, for the report. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Fault {
  /** Row of the list of faults, from 13, or a word for what is asked for besides. */
  String row();

  /** What is done to the system. */
  String injected();
}
