"""On what does a centre let the dose of red marrow rest?

``marrow`` in ``dosimetry.yaml``. Nothing has a default: without the S-value of marrow to itself, and a ratio of marrow
to blood or a share of all marrow in the contour, there is no dose.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lutetia.fileform import Misfit, MisfitError, Part

Words = Annotated[str, Field(min_length=1)]


class MarrowSelfValue(Part):
    """S-value of red marrow to itself, with the mass of the marrow that it was computed for.

    Attributes
    ----------
    s_value : float
        [mGy/(MBq s)]; of 177Lu in an adult's marrow it is about 1e-5.
    mass_g : float
        Red marrow of that phantom [g].
    """

    s_value: float = Field(gt=0, le=1e-3)
    unit: Literal["mGy/(MBq s)"]
    mass_g: float = Field(ge=100, le=3000)
    source: Words


class MarrowByBlood(Part):
    """How the concentration in red marrow follows from that in blood.

    Attributes
    ----------
    ratio : float or "by haematocrit"
        Concentration in red marrow over that in whole blood, or that of Sgouros 1993 from the patient's haematocrit.
    extracellular_fraction : float or None
        Of red marrow, with ``by haematocrit``; Sgouros took 0.19.
    """

    ratio: Literal["by haematocrit"] | Annotated[float, Field(gt=0, le=3)]
    extracellular_fraction: float | None = Field(default=None, gt=0, lt=1)
    source: Words

    @model_validator(mode="after")
    def _fraction_with_haematocrit(self) -> Self:
        if self.ratio == "by haematocrit" and self.extracellular_fraction is None:
            text = "'extracellular_fraction' is missing; add it, e.g. 0.19 (Sgouros 1993), or state the ratio itself"
            raise MisfitError([Misfit((), text)])
        if self.ratio != "by haematocrit" and self.extracellular_fraction is not None:
            text = "it is used with 'ratio: by haematocrit' only; take it out"
            raise MisfitError([Misfit(("extracellular_fraction",), text)])
        return self


class MarrowByImage(Part):
    """How all red marrow follows from the region ``marrow`` of an image.

    Attributes
    ----------
    share_of_marrow : float
        Part of all active marrow that lies in the contour, e.g. in the lumbar vertebrae.
    mass_g : float
        All red marrow of the patient [g].
    """

    share_of_marrow: float = Field(gt=0, le=1)
    mass_g: float = Field(ge=100, le=3000)
    source: Words


class MarrowChoice(Part):
    """What the dose of red marrow rests on; ``blood``, ``image``, or both beside each other."""

    self_dose: MarrowSelfValue
    blood: MarrowByBlood | None = None
    image: MarrowByImage | None = None

    @model_validator(mode="after")
    def _by_something(self) -> Self:
        if self.blood is None and self.image is None:
            raise MisfitError([Misfit((), "neither 'blood' nor 'image' stands here; add one of them, or both")])
        return self
