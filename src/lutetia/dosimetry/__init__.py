"""From becquerel to gray: time-activity curves, time-integrated activity, mean and voxel doses."""
