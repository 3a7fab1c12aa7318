"""With which organ is uptake of a PSMA tracer compared?

The liver, unless the liver itself takes the tracer up; then the spleen. Sources: Seifert et al., Eur Urol 2023;83:405
(PROMISE V2, expression score: spleen for liver-dominant tracers); Kratochwil et al., Eur J Nucl Med Mol Imaging
2023;50:2830 (Patient selection: uptake depends on the tracer, ratios add the variability of the organ).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

ReferenceOrgan = Literal["liver", "spleen"]

_LIVER_TAKES_UP: Final = ("1007",)
"""Parts of the names of tracers that leave by the liver."""
_LIVER_MAY_TAKE_UP: Final = ("rhpsma",)
"""Parts of the names of tracers of which centres differ on the organ."""

PROMISE_V2: Final = "PROMISE V2 (Seifert et al., Eur Urol 2023;83:405)"


class ReferenceChoice(NamedTuple):
    """The organ that stands for the liver, and why.

    Attributes
    ----------
    organ : str or None
        None where the tracer is not known.
    """

    organ: ReferenceOrgan | None
    why: str


def liver_compares(tracer: str | None) -> bool:
    """Tell whether the liver can be compared with; it takes up [18F]PSMA-1007 as strongly as disease does."""
    return not _named(tracer, _LIVER_TAKES_UP)


def reference_organ(tracer: str | None) -> ReferenceChoice:
    """Choose the organ between blood pool and parotid with which uptake is compared.

    Parameters
    ----------
    tracer : str or None
        As header or course write it, such as ``"[18F]PSMA-1007"``.
    """
    if not (tracer or "").strip():
        return ReferenceChoice(None, "the tracer is not known: the organ to compare with depends on it")
    if not liver_compares(tracer):
        return ReferenceChoice("spleen", f"the liver takes {tracer} up; {PROMISE_V2} takes the spleen instead")
    if _named(tracer, _LIVER_MAY_TAKE_UP):
        return ReferenceChoice("liver", f"{PROMISE_V2}; for {tracer} some centres take the spleen: state yours")
    return ReferenceChoice("liver", PROMISE_V2)


def _named(tracer: str | None, parts: tuple[str, ...]) -> bool:
    plain = (tracer or "").casefold()
    return any(part in plain for part in parts)
