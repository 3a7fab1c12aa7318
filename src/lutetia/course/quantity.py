"""A number with its unit, as it stands in a course; defined with the file form, which sites share."""

from lutetia.fileform.quantity import AbsorbedDose, Activity, Length, Quantity, TissueVolume

__all__ = ["AbsorbedDose", "Activity", "Length", "Quantity", "TissueVolume"]
