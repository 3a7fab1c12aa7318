"""What became of PSMA-positive disease between two PET: volumes, lesions, proposals of new ones."""
