package dev.facealign.pose;

/**
 * How a head is turned, degrees, in the camera's view; all 0 for a face that looks straight into
 * it.
 *
 * @param yaw -90 to 90; above 0: towards the picture's right side
 * @param pitch -90 to 90; above 0: up
 * @param roll -180 to 180; above 0: clockwise in the picture
 */
public record HeadPose(double yaw, double pitch, double roll) {}
