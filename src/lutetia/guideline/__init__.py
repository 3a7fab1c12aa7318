"""Recommendations as code: one book per source, evaluated over the facts of a course with a full trace."""
