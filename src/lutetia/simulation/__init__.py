"""Patients with known truth: geometry, kinetics, camera."""
