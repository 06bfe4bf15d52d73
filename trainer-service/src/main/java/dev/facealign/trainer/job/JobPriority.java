package dev.facealign.trainer.job;

/** Whether a job goes ahead of waiting ones. */
public enum JobPriority {
  /** In the order they were sent. */
  NORMAL,

  /** Before all normal ones; running jobs are not interrupted. */
  URGENT
}
