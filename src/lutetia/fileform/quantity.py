"""A number with its unit, as it stands in a file."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from lutetia.fileform.part import Part
from lutetia.units import convert, dimension


class Quantity(Part):
    """A value and its UCUM unit; never one without the other."""

    value: float
    unit: str

    def to(self, wanted: str) -> float:
        """Return the value in another unit of the same dimension."""
        return convert(self.value, self.unit, wanted)

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


def _of(dimension_name: str, unit: str) -> AfterValidator:
    def check(quantity: Quantity) -> Quantity:
        if dimension(quantity.unit) != dimension_name:
            raise ValueError(f"'{quantity}' is no {dimension_name}; write it e.g. in '{unit}'")
        if quantity.value < 0:
            raise ValueError(f"'{quantity}' is negative")
        return quantity

    return AfterValidator(check)


Activity = Annotated[Quantity, _of("activity", "GBq"), Field(description="activity, e.g. {value: 7.4, unit: GBq}")]
Concentration = Annotated[
    Quantity,
    _of("activity concentration", "kBq/mL"),
    Field(description="activity concentration, e.g. {value: 200, unit: kBq/mL}"),
]
Length = Annotated[Quantity, _of("length", "mm"), Field(description="length, e.g. {value: 12, unit: mm}")]
AbsorbedDose = Annotated[Quantity, _of("absorbed dose", "Gy"), Field(description="dose, e.g. {value: 5, unit: Gy}")]
TissueVolume = Annotated[Quantity, _of("volume", "mL"), Field(description="volume, e.g. {value: 4, unit: mL}")]
Duration = Annotated[Quantity, _of("time", "s"), Field(description="duration, e.g. {value: 1200, unit: s}")]
