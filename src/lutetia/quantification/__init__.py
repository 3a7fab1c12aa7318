"""From counts to becquerel: calibration, decay, recovery, regions."""
