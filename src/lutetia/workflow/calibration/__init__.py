"""From the image of a known source to the calibration of a camera."""
