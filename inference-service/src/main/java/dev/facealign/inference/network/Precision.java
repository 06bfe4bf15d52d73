package dev.facealign.inference.network;

/** In which numbers a network is run. */
public enum Precision {
  /** 32-bit floating point. */
  FLOAT32,
  /** 8-bit integers. */
  INT8
}
