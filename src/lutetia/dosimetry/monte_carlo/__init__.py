"""Photons followed one by one through the body of a CT; needs the extra ``transport``, and so is imported lazily."""
