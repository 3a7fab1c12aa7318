"""Published doses beside which a patient's dose is shown; they inform and never stop anything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class PerActivity:
    """A published dose per activity given [Gy/GBq]: mean and standard deviation over patients."""

    regions: tuple[str, ...]
    ligand: str
    mean_gy_per_gbq: float
    sd_gy_per_gbq: float
    name: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLimit:
    """A cumulative dose [Gy] that is quoted for an organ, with what it was derived from."""

    regions: tuple[str, ...]
    dose_gy: float
    name: str
    source: str


@cache
def _tables() -> tuple[tuple[PerActivity, ...], tuple[QuotedLimit, ...]]:
    text = resources.files("lutetia.report").joinpath("references.yaml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    per_activity = tuple(PerActivity(**{**row, "regions": tuple(row["regions"])}) for row in raw["per_activity"])
    limits = tuple(QuotedLimit(**{**row, "regions": tuple(row["regions"])}) for row in raw["limits"])
    return per_activity, limits


def per_activity(region: str, ligand: str | None) -> PerActivity | None:
    """Return the published dose per activity of a region for a ligand, if there is one."""
    return next((row for row in _tables()[0] if region in row.regions and row.ligand == ligand), None)


def quoted_limit(region: str) -> QuotedLimit | None:
    """Return the cumulative dose quoted for a region, if there is one."""
    return next((row for row in _tables()[1] if region in row.regions), None)
