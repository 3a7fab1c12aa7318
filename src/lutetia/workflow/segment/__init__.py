"""Regions by a method, before anything is computed from them."""
