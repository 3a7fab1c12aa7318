"""By which method was a region found, and may two results be compared?

No rule for segmenting PSMA-positive disease is agreed upon, and each gives another volume of the same lesion. A result
therefore carries its method whole; volumes of different methods, definitions or tracers are not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, Literal

from lutetia.errors import RefusedError

Rule = Literal[
    "fixed threshold", "percent of maximum", "liver threshold", "qPSMA", "gradient", "reader", "trained model"
]

DEFINITIONS: Final[Mapping[Rule, str]] = {
    "fixed threshold": "1",
    "percent of maximum": "1",
    "liver threshold": "1",
    "qPSMA": "1",
    "gradient": "1",
    "reader": "1",
    "trained model": "",
}
"""Version of each rule as it is written here; it changes when the same image would give other voxels. A trained model
has none here: its own name and version stand for it."""


class DifferentMethodsError(RefusedError):
    """Two results were made in different ways, so that their difference says nothing about the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How regions were found, as far as it decides which voxels they hold.

    Attributes
    ----------
    name : str
        The rule.
    threshold : float or None
        The number of the rule, in ``unit``: an uptake, or a part of the maximum. None where the rule takes it from
        the image (liver) or needs none (gradient, reader).
    unit : str
        Of the threshold: that of the image, or ``"1"`` for a part of the maximum; that of the image without one.
    version : str
        Of the rule's definition, see :data:`DEFINITIONS`.
    tracer : str or None
        What was imaged; None where nobody said, which forbids every comparison.
    excluded : tuple of str
        Codes of the organs taken out, in alphabetical order.
    margin_mm : float
        By how much they were widened before [mm].
    at_least_ml : float
        Smaller components were left out [mL].
    connectivity : int
        Neighbours that a voxel is connected with: 6, 18 or 26.
    quantity : str
        What the image showed, where its unit does not tell: ``"SUV by body weight"``; empty where it does.
    reach_mm : float or None
        How far a region could grow beyond its mark [mm]; None where it grew from none.
    smoothing_fwhm_mm : float or None
        Width of the Gaussian with whose derivative the gradient was taken [mm].
    """

    name: Rule
    threshold: float | None = None
    unit: str
    version: str = field(default="")
    tracer: str | None = None
    excluded: tuple[str, ...] = ()
    margin_mm: float = 0.0
    at_least_ml: float = 0.0
    connectivity: int = 26
    quantity: str = ""
    reach_mm: float | None = None
    smoothing_fwhm_mm: float | None = None

    def __post_init__(self) -> None:
        if self.name == "trained model" and not self.version:
            raise ValueError("a trained model states its own name and version")
        object.__setattr__(self, "version", self.version or DEFINITIONS[self.name])
        object.__setattr__(self, "excluded", tuple(sorted(set(self.excluded))))

    def __str__(self) -> str:
        """Say it in one line, as it stands in a report."""
        parts = [self.rule_in_words]
        if self.tracer:
            parts.append(self.tracer)
        if self.reach_mm is not None:
            parts.append(f"up to {self.reach_mm:g} mm beyond its mark")
        if self.excluded:
            parts.append(f"without {', '.join(self.excluded)} and {self.margin_mm:g} mm around")
        if self.at_least_ml:
            parts.append(f"components of at least {self.at_least_ml:g} mL")
        return "; ".join(parts)

    @property
    def rule_in_words(self) -> str:
        """The rule with its number and the version of its definition."""
        of = f", {self.quantity}" if self.quantity else ""
        return f"{self.name}{self._number()}{of} (definition {self.version})"

    def _number(self) -> str:
        if self.smoothing_fwhm_mm is not None:
            return f" smoothed by {self.smoothing_fwhm_mm:g} mm"
        if self.threshold is None:
            return ""
        if self.name == "percent of maximum":
            return f" {100 * self.threshold:g} %"
        if self.unit == "Bq/mL":
            return f" {self.threshold / 1000:g} kBq/mL"
        return f" {self.threshold:g} {self.unit}".removesuffix(" 1")


_SAID: Final[Mapping[str, str]] = {
    "name": "the rule",
    "threshold": "the threshold",
    "unit": "the unit",
    "version": "the version of the rule",
    "tracer": "the tracer",
    "excluded": "the organs taken out",
    "margin_mm": "the margin of the organs taken out [mm]",
    "at_least_ml": "the smallest component kept [mL]",
    "connectivity": "the connectivity",
    "quantity": "what the image shows",
    "reach_mm": "the reach beyond a mark [mm]",
    "smoothing_fwhm_mm": "the smoothing before the gradient [mm]",
}


def differences(first: Method, second: Method) -> tuple[str, ...]:
    """Return in words what keeps two results from being compared; nothing if they may be."""
    unknown = first.tracer is None or second.tracer is None
    return (("the tracer is not stated",) if unknown else ()) + tuple(
        f"{_SAID[one.name]}: {_shown(getattr(first, one.name))} and {_shown(getattr(second, one.name))}"
        for one in fields(Method)
        if getattr(first, one.name) != getattr(second, one.name)
    )


def require_comparable(first: Method, second: Method, *, what: str = "tumour volume") -> None:
    """Refuse to compare two results that were not made in the same way.

    Parameters
    ----------
    first, second : Method
    what : str
        What was to be compared, for the message.

    Raises
    ------
    DifferentMethodsError
        If anything that decides about voxels differs, or the tracer of one is not stated.
    """
    found = differences(first, second)
    if found:
        raise DifferentMethodsError(
            f"comparison of {what}",
            "the two results were not made in the same way: " + "; ".join(found),
            "segment both images again with one method, or read the change visually",
            "a change of method moves volumes more than most treatments do",
        )


def _shown(value: object) -> str:
    if value is None or value == ():
        return "none"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
