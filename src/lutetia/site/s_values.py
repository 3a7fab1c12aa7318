"""Which S-values does a centre use for the dose that organs get from each other?

``s-values.yaml``: Lutetia ships no such table. Those of OLINDA and of the ICRP may not be passed on, those of OpenDose
may be used with their source named; a centre states the ones that it may use, and under which licence.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lutetia.fileform import Misfit, MisfitError, Part
from lutetia.fileform.findings import nearest
from lutetia.vocabulary.region import ORGANS, REMAINDER

Words = Annotated[str, Field(min_length=1)]
SValue = Annotated[float, Field(ge=0, le=0.1)]
"""[mGy/(MBq s)]; what all electrons of 177Lu give to a lacrimal gland of 0.7 g is 0.034."""


class SValueTable(Part):
    """S-values of one phantom for one nuclide.

    Attributes
    ----------
    phantom, source, licence : str
        Which body, where the values are from, and under which terms the centre uses them.
    nuclide : str
    unit : {"mGy/(MBq s)"}
    values : dict of str to dict of str to float
        Source organ, then target organ, both by organ code. Self-values are read and not used. The source may be
        ``remainder``: what lies outside all regions, counted for red marrow alone.
    """

    format: Literal["lutetia-s-values/1"] = "lutetia-s-values/1"
    phantom: Words
    source: Words
    licence: Words
    nuclide: Literal["Lu-177"]
    unit: Literal["mGy/(MBq s)"]
    values: dict[str, dict[str, SValue]] = Field(min_length=1)

    @model_validator(mode="after")
    def _organs_are_known(self) -> Self:
        misfits = [
            Misfit(("values", source), f"'{source}' is no organ; {nearest(source, ORGANS)}")
            for source in self.values
            if source not in ORGANS and source != REMAINDER
        ]
        misfits += [
            Misfit(("values", source, target), f"'{target}' is no organ; {nearest(target, ORGANS)}")
            for source, of_source in self.values.items()
            for target in of_source
            if target not in ORGANS
        ]
        if misfits:
            raise MisfitError(misfits)
        return self
