"""Which dose did red marrow get, as far as blood or an image can tell? An estimate, never a stop.

By blood: the concentration in marrow is that in blood times the ratio of red marrow to blood (RMBLR). By image: the
activity in a contour that holds a stated share of all marrow. The dose from marrow to itself is the time-integrated
activity per gram times the S-value of a phantom and that phantom's mass of marrow: S goes with one over the mass, so by
blood the patient's own mass is not needed. A gram of marrow counts as a millilitre, as in the sources.

Sources: Hindorf et al., EANM guideline on bone marrow and whole-body dosimetry, Eur J Nucl Med Mol Imaging
2010;37:1238 (self-dose, cross-dose, rest of the body); Sgouros, J Nucl Med 1993;34:689 (ratio from haematocrit); Stabin
et al., J Nucl Med 2001;42:492 (the S-value of the rest of the body holds electrons that never reach marrow).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lutetia.dosimetry.organ.s_values import MGY_PER_GY, SECONDS_PER_HOUR, SValues, cross_organ_dose
from lutetia.dosimetry.result import (
    FitModel,
    FitRefusal,
    MarrowDose,
    MarrowMethod,
    MarrowRefusal,
    Sample,
    TimeActivityFit,
)
from lutetia.dosimetry.time_activity import fit
from lutetia.errors import InputError
from lutetia.vocabulary.region import ORGANS, REMAINDER

MARROW: Final = "marrow"
BLOOD: Final = "blood"
"""Region code of the curve of blood: the activity in one litre."""
ML_PER_L: Final = 1000.0
LEAST_SAMPLES: Final = 2
WITHOUT_UPTAKE: Final[tuple[FitModel, ...]] = ("bi-exponential", "mono-exponential")
"""Models of blood, taken in this order where the automatic choice would let it fill first."""

BLOOD_ALONE: Final = (
    "By blood nothing is seen that binds to cells of the marrow or to metastases in it: where there is such uptake, "
    "the estimate is too low."
)
CONTOUR_OF_BONE: Final = (
    "A contour of vertebrae holds cortical bone, fat and blood beside red marrow; all its activity counts as marrow's."
)
REST_WITH_ELECTRONS: Final = (
    "The S-value of the rest of the body may hold electrons that never reach marrow: an upper bound (Stabin 2001)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarrowSelf:
    """S-value of red marrow to itself [mGy/(MBq s)], and the mass of marrow that it is for [g]."""

    s_mgy_per_mbq_s: float
    mass_g: float
    source: str

    @property
    def gy_g_per_mbq_h(self) -> float:
        """Dose times mass of marrow for 1 MBq h in it [Gy g]."""
        return self.s_mgy_per_mbq_s * self.mass_g * SECONDS_PER_HOUR / MGY_PER_GY


@dataclass(frozen=True, slots=True, kw_only=True)
class ByBlood:
    """Samples of whole blood as the activity of one litre, and the ratio of red marrow to blood with its origin."""

    samples: tuple[Sample, ...]
    ratio: float
    ratio_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ByImage:
    """Part of all marrow in the contour ``marrow``, and the patient's mass of marrow [g], with their origin."""

    share: float
    mass_g: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarrowInput:
    """What a dose of red marrow rests on.

    Attributes
    ----------
    self_dose : MarrowSelf
    blood : ByBlood, MarrowRefusal or None
        A refusal says what is missing beside the samples; None where no blood was counted.
    image : ByImage or None
    flags : tuple of str
        What the record says that may spoil the estimate.
    """

    self_dose: MarrowSelf
    blood: ByBlood | MarrowRefusal | None = None
    image: ByImage | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What else is known of the cycle.

    Attributes
    ----------
    half_life_h : float
        Physical half-life [h].
    samples : tuple of Sample
        Of the region ``marrow``; empty where it was not measured.
    engine_gy : float or None
        Dose of the contour ``marrow`` from photons emitted outside it, by a voxel engine [Gy].
    tia_mbq_h : mapping of str to float
        Of the other regions, and of ``remainder`` where its curve is known [MBq h].
    s_values : SValues or None
    lesions_within : tuple of str
        Lesions whose contour reaches into that of the marrow.
    """

    half_life_h: float
    samples: tuple[Sample, ...] = ()
    engine_gy: float | None = None
    tia_mbq_h: Mapping[str, float] = field(default_factory=dict)
    s_values: SValues | None = None
    lesions_within: tuple[str, ...] = ()


def ratio_by_haematocrit(haematocrit: float, extracellular_fraction: float) -> float:
    """Return the ratio of red marrow to blood for what stays outside cells (Sgouros 1993).

    Parameters
    ----------
    haematocrit, extracellular_fraction : float
        Fractions between 0 and 1: of cells in blood, of extracellular fluid in red marrow.

    Raises
    ------
    ValueError
        If one of them is not such a fraction.
    """
    if not (0 < haematocrit < 1 and 0 < extracellular_fraction < 1):
        raise ValueError(f"{haematocrit} and {extracellular_fraction} are no fractions between 0 and 1")
    return extracellular_fraction / (1 - haematocrit)


def marrow_doses(wanted: MarrowInput | None, around: Surroundings) -> tuple[MarrowDose | MarrowRefusal, ...]:
    """Return the dose of red marrow by every method that the centre states, blood first.

    Parameters
    ----------
    wanted : MarrowInput or None
        None: nobody states what a dose could rest on, and none is given.
    around : Surroundings
    """
    if wanted is None:
        return ()
    found: list[MarrowDose | MarrowRefusal] = []
    if isinstance(wanted.blood, MarrowRefusal):
        found.append(wanted.blood)
    elif wanted.blood is not None:
        found.append(_by_blood(wanted.blood, wanted, around))
    if wanted.image is not None and around.samples:
        found.append(_by_image(wanted.image, wanted, around))
    return tuple(found)


def _by_blood(blood: ByBlood, wanted: MarrowInput, around: Surroundings) -> MarrowDose | MarrowRefusal:
    curve = _curve(BLOOD, blood.samples, around, corrected=False)
    if isinstance(curve, MarrowRefusal):
        return curve
    per_gram = blood.ratio * curve.tia_mbq_h / ML_PER_L
    rests_on = f"{len(blood.samples)} blood samples; red marrow to blood {blood.ratio:.3g} ({blood.ratio_from})"
    return _dose("blood", per_gram, curve, rests_on, [BLOOD_ALONE], wanted, around)


def _by_image(image: ByImage, wanted: MarrowInput, around: Surroundings) -> MarrowDose | MarrowRefusal:
    corrected = all(sample.recovery is not None for sample in around.samples)
    curve = _curve(MARROW, around.samples, around, corrected=corrected)
    if isinstance(curve, MarrowRefusal):
        return curve
    per_gram = curve.tia_mbq_h / image.share / image.mass_g
    rests_on = (
        f"{len(around.samples)} scans, {'with' if corrected else 'without'} recovery; {image.share:.1%} of all marrow "
        f"in the contour, {image.mass_g:g} g in all ({image.source})"
    )
    flags = [CONTOUR_OF_BONE]
    if around.lesions_within:
        named = ", ".join(around.lesions_within)
        flags.append(
            f"Metastases lie in the contour of the marrow ({named}): their activity counts as that of healthy marrow, "
            "and the estimate is too high; draw vertebrae without metastases."
        )
    return _dose("image", per_gram, curve, rests_on, flags, wanted, around)


def _curve(
    region: str, samples: tuple[Sample, ...], around: Surroundings, *, corrected: bool
) -> TimeActivityFit | MarrowRefusal:
    method: MarrowMethod = "blood" if region == BLOOD else "image"
    if len(samples) < LEAST_SAMPLES:
        return MarrowRefusal(
            method=method,
            reason="one time point says too little about red marrow (Hou et al. 2021)",
            offered=("two samples or more, the first within some hours, the last after a day or later",),
        )
    try:
        curve = fit(samples, half_life_h=around.half_life_h, region=region, corrected=corrected)
        if region == BLOOD and isinstance(curve, TimeActivityFit):
            curve = _falling(curve, samples, around.half_life_h)
    except InputError as error:  # an estimate never stops the doses of the other regions
        return MarrowRefusal(method=method, reason=error.found, offered=(error.remedy,))
    if isinstance(curve, FitRefusal):
        return MarrowRefusal(method=method, reason=curve.reason, offered=curve.offered)
    return curve


def _falling(curve: TimeActivityFit, samples: tuple[Sample, ...], half_life_h: float) -> TimeActivityFit:
    """Return a curve without uptake: blood is full, not empty, after an injection into a vein."""
    if all(term.amplitude_mbq > 0 for term in curve.terms):
        return curve
    for model in WITHOUT_UPTAKE:
        found = fit(samples, half_life_h=half_life_h, region=BLOOD, corrected=False, model=model)
        if isinstance(found, TimeActivityFit):
            return found
    return curve


@dataclass(frozen=True, slots=True)
class _Cross:
    gy: float | None
    told: str
    notes: tuple[str, ...] = ()


def _dose(
    method: MarrowMethod,
    mbq_h_per_g: float,
    curve: TimeActivityFit,
    rests_on: str,
    flags: list[str],
    wanted: MarrowInput,
    around: Surroundings,
) -> MarrowDose:
    cross = _cross(around)
    return MarrowDose(
        method=method,
        self_gy=mbq_h_per_g * wanted.self_dose.gy_g_per_mbq_h,
        cross_gy=cross.gy,
        cross_from=cross.told,
        mbq_h_per_g=mbq_h_per_g,
        fit=curve,
        rests_on=f"{rests_on}; S-value of marrow to itself: {wanted.self_dose.source}",
        flags=(*wanted.flags, *flags, *cross.notes),
    )


def _cross(around: Surroundings) -> _Cross:
    """Return the dose from outside the marrow: on its contour by the engine, else by S-values, else none."""
    if around.engine_gy is not None:
        return _Cross(around.engine_gy, "photons of everything else in the field on the contour, by the voxel engine")
    table = around.s_values
    if table is None or not any(MARROW in targets for targets in table.mgy_per_mbq_s.values()):
        return _Cross(None, "not counted: neither a voxel engine with a contour nor S-values with marrow as target")
    sources = {name: tia for name, tia in around.tia_mbq_h.items() if name != MARROW}
    found = cross_organ_dose({**sources, MARROW: 0.0}, table)
    left_out = [name for name in found.sources_missing if name != MARROW]
    left_out += [source for source, target in found.pairs_missing if target == MARROW]
    rest = REMAINDER in sources and MARROW in table.mgy_per_mbq_s.get(REMAINDER, {})
    notes = [REST_WITH_ELECTRONS] if rest else []
    if not rest and REMAINDER not in left_out:
        left_out.append(REMAINDER)
    if left_out:
        notes.append(f"What these give to red marrow is not counted: {', '.join(_named(name) for name in left_out)}.")
    return _Cross(found.gy[MARROW], f"S-values of {table.phantom} ({table.source})", tuple(notes))


def _named(region: str) -> str:
    return "the rest of the body" if region == REMAINDER else ORGANS.get(region, region)
