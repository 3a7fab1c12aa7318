"""Uptake of a series as text of a page's width, and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lutetia.quantification.suv import KINDS, SuvRule
from lutetia.quantification.uptake import Uptake
from lutetia.quantification.uptake_peak import Peak
from lutetia.workflow.image_schema import SUV_FORMAT
from lutetia.workflow.suv.measure import MeasuredSuv

_STORED = {"BQML": "Bq/mL", "CNTS": "count", "GML": "stored g/mL", "CM2ML": "stored cm2/mL"}


def suv_lines(found: MeasuredSuv) -> Iterator[str]:
    """Yield what was found, line by line, not yet folded."""
    rule = found.rule
    yield f"Uptake values of PET series {found.series_uid}"
    yield f"  {found.description or 'no description'}; tracer: {found.tracer or 'not stated'}"
    yield ""
    yield f"Rule: {rule.name}"
    yield from (f"  {step}" for step in rule.steps)
    yield f"  factor: {_factor(found)}"
    if rule.uptake_time_min is not None:
        yield f"  injection to scan: {rule.uptake_time_min:.1f} min"
    if found.share is not None:
        yield f"  of the activity injected, the image shows {found.share:.1%}"
    yield ""
    yield "Facts"
    width = max(len(fact.shown) for fact in rule.used)
    yield from (f"  {fact.name:<24} {fact.shown:<{width}}  {fact.origin}" for fact in rule.used)
    yield ""
    yield "Sources"
    yield from (f"  {citation}" for citation in rule.citations)
    yield ""
    yield from _regions(found)
    yield from _ratios(found)
    yield from (f"Caution: {text}." for text in found.cautions)
    yield from (f"Note: {text}." for text in found.notes)


def suv_json(found: MeasuredSuv) -> dict[str, Any]:
    """Return what was found as plain values; :func:`lutetia.workflow.image_schema.suv_schema` is their shape."""
    rule = found.rule
    return {
        "format": SUV_FORMAT,
        "series_uid": found.series_uid,
        "tracer": found.tracer,
        "kind": rule.kind,
        "lean_mass": rule.lean_mass,
        "unit": rule.unit,
        "rule": rule_json(rule),
        "share_of_injected": found.share,
        "regions": [_uptake_json(one) for one in found.regions],
        "ratios": [
            {"lesion": one.lesion, "organ": one.organ, "mean": one.mean, "maximum": one.maximum}
            for one in found.compared.ratios
        ],
        "reference_organ": found.compared.why or None,
        "cautions": list(found.cautions),
        "notes": list(found.notes),
    }


def rule_json(rule: SuvRule) -> dict[str, Any]:
    """Return a rule with its facts and sources as plain values."""
    return {
        "name": rule.name,
        "steps": list(rule.steps),
        "factor": rule.factor,
        "factors": list(rule.factors),
        "reference_at": None if rule.reference_at is None else rule.reference_at.isoformat(),
        "uptake_time_min": rule.uptake_time_min,
        "facts": [{"name": one.name, "value": one.shown, "origin": one.origin} for one in rule.used],
        "sources": [str(citation) for citation in rule.citations],
    }


def _factor(found: MeasuredSuv) -> str:
    rule = found.rule
    stored = next((_STORED[fact.shown] for fact in rule.used if fact.name == "Units"), "value")
    what = f"SUV{rule.kind} [{rule.unit}] per {stored}"
    if rule.factor is not None:
        return f"{rule.factor:.6g} {what}"
    return f"{min(rule.factors):.6g} to {max(rule.factors):.6g} {what}, slice by slice"


def _regions(found: MeasuredSuv) -> Iterator[str]:
    rule = found.rule
    lean = f" by {rule.lean_mass}" if rule.lean_mass else ""
    yield f"Regions (uptake by {KINDS[rule.kind]}{lean}, {rule.unit})"
    if not found.regions:
        yield "  none: nothing drawn on this PET was given, or nothing of it reaches the uptake asked for"
        return
    if (least := found.regions[0].at_least) is not None:
        yield f"  only voxels of {least:g} or more"
    width = max(12, *(len(one.region) for one in found.regions))
    yield f"  {'':<{width}} {'mL':>9} {'mean':>7} {'SD':>7} {'max':>7} {'peak':>7} {'total mL':>10}"
    for one in found.regions:
        yield (
            f"  {one.region:<{width}} {one.volume_ml:>9.2f} {one.mean:>7.2f} {one.sd:>7.2f} {one.maximum:>7.2f} "
            f"{one.peak.value:>7.2f} {one.total:>10.1f}"
        )
    yield "  peak: highest mean of voxels within 1 mL spheres around the region's voxels (IBSI)"


def _ratios(found: MeasuredSuv) -> Iterator[str]:
    yield ""
    if not found.compared.ratios and not found.compared.why:
        return
    yield "Ratios (mean of the region over mean of the organ)"
    yield from (
        f"  {one.lesion} / {one.organ}: {one.mean:.2f} (max {one.maximum:.2f})" for one in found.compared.ratios
    )
    yield f"  organ to compare with: {found.compared.why}"
    yield ""


def _uptake_json(one: Uptake) -> dict[str, Any]:
    return {
        "region": one.region,
        "voxels": one.voxels,
        "volume_ml": one.volume_ml,
        "minimum": one.minimum,
        "median": one.median,
        "mean": one.mean,
        "sd": one.sd,
        "maximum": one.maximum,
        "maximum_at_mm": list(one.maximum_at_mm),
        "local_peak": _peak_json(one.local_peak),
        "peak": _peak_json(one.peak),
        "total": one.total,
        "at_least": one.at_least,
    }


def _peak_json(peak: Peak) -> dict[str, Any]:
    return {"value": peak.value, "at_mm": list(peak.at_mm), "voxels": peak.voxels}
