"""Patients with known truth, on disk as a hospital would have them."""
