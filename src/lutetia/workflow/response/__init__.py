"""Whether the therapy works, and what harm it does."""
