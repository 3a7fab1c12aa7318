"""A course's folder: read, kept word for word, and added to only by a person."""
