"""PSMA-positive disease of one PET, or what became of it between two."""
