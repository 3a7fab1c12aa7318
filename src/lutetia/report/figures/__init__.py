"""The pictures of a page, as deterministic SVG; matplotlib is imported when the first one is drawn."""
