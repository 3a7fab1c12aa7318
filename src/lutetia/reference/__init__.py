"""Tables that numbers rest on, each with its source and a checked hash: nuclides, point kernels, tissues."""
