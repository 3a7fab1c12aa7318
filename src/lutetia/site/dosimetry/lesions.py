"""How does a centre let the region of a lesion be made from the image, where it is not taken as drawn?"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from lutetia.fileform import Concentration, Length, Misfit, MisfitError, Part, TissueVolume
from lutetia.fileform.findings import nearest
from lutetia.site.dosimetry.tables import Words
from lutetia.vocabulary.region import GROUPS, ORGANS

EXCLUDABLE: Final = (*(code for code in ORGANS if code != "body"), *GROUPS)


class LesionRegions(Part):
    """One method for the lesions of every patient; a lesion is always one that the course lists.

    Attributes
    ----------
    method : {"fixed threshold", "percent of maximum", "gradient"}
        See docs/segmentation.md.
    at_least : Concentration or None
        Of the fixed threshold.
    percent : float or None
        Of the maximum.
    smoothing : Length or None
        FWHM of the Gaussian with whose derivative the gradient is taken.
    reach : Length
        How far beyond its contour, or its point, a region may grow.
    smallest : TissueVolume
        A smaller region is not measured, and the page says so.
    without : tuple of str
        Organs, or groups of them, into which a region does not grow; what was drawn as lesion stays.
    margin : Length or None
        By how much these organs are widened; stated where there are any.
    made_on : {"each scan", "scan it was drawn on"}
        Anew on every scan from its contour, drawn or moved; or once, and then moved with the others.
    source : str
    """

    method: Literal["fixed threshold", "percent of maximum", "gradient"]
    at_least: Concentration | None = None
    percent: float | None = Field(default=None, gt=0, le=100)
    smoothing: Length | None = None
    reach: Length
    smallest: TissueVolume
    without: Annotated[tuple[str, ...], Field(strict=False)] = ()
    margin: Length | None = None
    made_on: Literal["each scan", "scan it was drawn on"]
    source: Words

    @property
    def organs(self) -> tuple[str, ...]:
        """The organs taken out, groups told apart."""
        return tuple(dict.fromkeys(organ for key in self.without for organ in GROUPS.get(key, (key,))))

    @model_validator(mode="after")
    def _says_what_its_method_needs(self) -> Self:
        needed = {"fixed threshold": "at_least", "percent of maximum": "percent", "gradient": "smoothing"}
        misfits = []
        for method, name in needed.items():
            stated = getattr(self, name) is not None
            if method == self.method and not stated:
                misfits.append(Misfit((), f"'{method}' needs '{name}'; add it"))
            if method != self.method and stated:
                misfits.append(Misfit((name,), f"'{self.method}' does not use it; take it out"))
        misfits += [
            Misfit(("without",), f"'{key}' is no organ; {nearest(key, EXCLUDABLE)}")
            for key in self.without
            if key not in EXCLUDABLE
        ]
        if bool(self.without) != (self.margin is not None):
            text = "organs are taken out by their contour and a margin around it; state both, or neither"
            misfits.append(Misfit(("margin",) if self.margin is not None else ("without",), text))
        misfits += [
            Misfit((name,), f"'{value}' is no size; state a positive one")
            for name in ("at_least", "smoothing", "reach")
            if (value := getattr(self, name)) is not None and value.value == 0
        ]
        if misfits:
            raise MisfitError(misfits)
        return self
