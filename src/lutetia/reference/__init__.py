"""Tables with sidecars: nuclides, kernels, tissues."""
