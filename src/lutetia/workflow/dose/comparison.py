"""Two dose results side by side, so that a centre can audit one against another: region table, map means, gamma index.

Neither side is taken as the truth: differences are B minus A, in percent of A.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lutetia.dosimetry.dose_comparison import CycleComparison, MapMeans, map_means, only_in, paired
from lutetia.dosimetry.gamma import GammaCriterion, GammaResult, gamma_index
from lutetia.errors import InputError
from lutetia.workflow.dose.dicom_dose import MAP_MEAN
from lutetia.workflow.dose.source import Side, SideCycle, read_side
from lutetia.workflow.progress import Tell, silently


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """How two results are compared.

    Attributes
    ----------
    cycle : int or None
        The only cycle to compare; None for all that both have.
    criteria : tuple of GammaCriterion
        One gamma index each; none if empty.
    regions_a, regions_b : Path or None
        SEG or RTSTRUCT that lie elsewhere than their RTDOSE.
    names : mapping of str to str
        Name of a region in either source to organ code or lesion id.
    pseudonymised : bool
        True: a person says that both are of one patient though their ids differ.
    of_radionuclide : bool
        True: a person says that an RTDOSE with a plan's reference is of a radionuclide.
    """

    cycle: int | None = None
    criteria: tuple[GammaCriterion, ...] = (GammaCriterion(),)
    regions_a: Path | None = None
    regions_b: Path | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    pseudonymised: bool = False
    of_radionuclide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseComparison:
    """Two results side by side."""

    a: Side
    b: Side
    cycles: tuple[CycleComparison, ...]
    notes: tuple[str, ...]


def compare_doses(a: Path, b: Path, options: CompareOptions | None = None, *, tell: Tell = silently) -> DoseComparison:
    """Read two results and compare them.

    Parameters
    ----------
    a, b : Path
        See :func:`lutetia.workflow.dose.source.read_side`.
    options : CompareOptions, optional
    tell : Tell

    Raises
    ------
    InputError
        If a side cannot be read, the two are of different patients or courses, or have nothing in common.
    """
    options = options or CompareOptions()
    tell("reading A", None)
    side_a = read_side(a, regions=options.regions_a, names=options.names, of_radionuclide=options.of_radionuclide)
    tell("reading B", None)
    side_b = read_side(b, regions=options.regions_b, names=options.names, of_radionuclide=options.of_radionuclide)
    notes = list(_require_one_patient(side_a, side_b, options))
    cycles = []
    for own, other in _matched(side_a, side_b, options.cycle):
        tell("comparing", None)
        cycles.append(_compared(own, other, options))
    return DoseComparison(a=side_a, b=side_b, cycles=tuple(cycles), notes=(*side_a.notes, *side_b.notes, *notes))


def _require_one_patient(a: Side, b: Side, options: CompareOptions) -> tuple[str, ...]:
    ids = [{cycle.patient_id for cycle in side.cycles if cycle.patient_id} for side in (a, b)]
    courses = {side.course for side in (a, b) if side.course}
    told = bool(ids[0] and ids[1])
    differ = (told and not ids[0] & ids[1]) or (not told and len(courses) == 2)
    if differ and not options.pseudonymised:
        raise InputError(
            f"{a.name} and {b.name}",
            "they are of different patients" if told else "they are of different courses",
            "compare two results of one patient; if one was pseudonymised, say so (--pseudonymised)",
            "a difference between two patients says nothing about either result",
        )
    if differ:
        return ("Their patient ids differ; they were said to be of one patient.",)
    if not told and len([side for side in (a, b) if side.course]) < 2:
        return ("Whether both are of one patient cannot be told from what they state.",)
    return ()


def _matched(a: Side, b: Side, cycle: int | None) -> list[tuple[SideCycle, SideCycle]]:
    """Return the cycles that belong together; a side that does not say has one cycle only."""
    own, other = (_of_cycle(side, cycle) for side in (a, b))
    by_number = {one.cycle: one for one in other}
    pairs = [(one, by_number[one.cycle]) for one in own if one.cycle in by_number]
    if pairs:
        return pairs
    if len(own) == len(other) == 1 and None in {own[0].cycle, other[0].cycle}:
        return [(own[0], other[0])]
    known = {side.name: _numbers(cycles) for side, cycles in ((a, own), (b, other))}
    raise InputError(
        f"{a.name} and {b.name}",
        "which cycle of one belongs to the other cannot be told: "
        + "; ".join(f"{name} has {cycles}" for name, cycles in known.items()),
        "name the cycle (--cycle N)",
    )


def _numbers(cycles: Sequence[SideCycle]) -> str:
    return ", ".join("a cycle without number" if one.cycle is None else f"cycle {one.cycle}" for one in cycles)


def _of_cycle(side: Side, cycle: int | None) -> Sequence[SideCycle]:
    found = [one for one in side.cycles if cycle is None or one.cycle in {cycle, None}]
    if not found:
        raise InputError(side.name, f"it has no cycle {cycle}", f"it has {_numbers(side.cycles)}")
    return found


def _compared(a: SideCycle, b: SideCycle, options: CompareOptions) -> CycleComparison:
    notes: list[str] = []
    regions = paired(a.rows, b.rows)
    one_frame = _one_frame(a, b, notes)
    if not one_frame and not regions:
        raise InputError(
            "comparison",
            "the two have no region in common, and no two dose maps in one frame of reference; "
            f"A names {_named(a)}; B names {_named(b)}",
            "map names of regions onto each other (--name THEIRS=OURS), or give maps of one scan session",
        )
    means: tuple[MapMeans, ...] = ()
    gamma: tuple[GammaResult, ...] = ()
    if one_frame and a.dose is not None and b.dose is not None:
        means = map_means(a.dose, b.dose, a.masks, b.masks)
        gamma = tuple(gamma_index(a.dose, b.dose, criterion) for criterion in options.criteria)
        notes += [
            f"{one.outside} voxels of A above the cut-off lie outside the map of B and are not judged."
            for one in gamma[:1]
            if one.outside
        ]
    if regions and _of_maps(a) != _of_maps(b):
        notes.append(
            f"Region doses are not of one kind. A: {_kinds(a)}. B: {_kinds(b)}. A mean of a map is lowered by the blur "
            "at the region's edge, which a dose from region activity and mass is not."
        )
    return CycleComparison(
        cycle=a.cycle if a.cycle is not None else b.cycle,
        regions=regions,
        only_in_a=only_in(a.rows, b.rows),
        only_in_b=only_in(b.rows, a.rows),
        means=means,
        gamma=gamma,
        notes=tuple(notes),
    )


def _one_frame(a: SideCycle, b: SideCycle, notes: list[str]) -> bool:
    if a.dose is None or b.dose is None:
        missing = " and ".join(name for name, side in (("A", a), ("B", b)) if side.dose is None)
        notes.append(f"No dose map in {missing}: no gamma index, and no means over the same regions.")
        return False
    if a.dose.geometry.frame_of_reference != b.dose.geometry.frame_of_reference:
        notes.append("The dose maps lie in different frames of reference, so their voxels are not compared.")
        return False
    return True


def _named(side: SideCycle) -> str:
    return ", ".join(row.region for row in side.rows) or "none"


def _of_maps(side: SideCycle) -> bool:
    return any(row.dose_from == MAP_MEAN for row in side.rows)


def _kinds(side: SideCycle) -> str:
    return "; ".join(dict.fromkeys(row.dose_from for row in side.rows if row.dose_from)) or "not said"
