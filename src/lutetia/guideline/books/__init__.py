"""The books: each folder is one source."""
