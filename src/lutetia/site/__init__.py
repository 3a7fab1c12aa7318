"""What a centre states once: time zone, jurisdiction, calibrations, dosimetry settings."""
