"""Published criteria as pure functions: facts in, graded facts out; each carries its version."""
