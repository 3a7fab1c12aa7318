"""From the series of a course to the doses of its cycles, and to files that other tools read."""
