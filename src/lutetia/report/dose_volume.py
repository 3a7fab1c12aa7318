"""How dose is spread within the regions of a cycle, as a figure with its numbers."""

from __future__ import annotations

from collections.abc import Container

from lutetia.dosimetry.radiobiology.dvh import BLUR_NOTE
from lutetia.dosimetry.result import CycleDose
from lutetia.report import words
from lutetia.report.document import Column, Figure, Table

VOLUME_PERCENTS = (98, 95, 50, 5, 2)


def histograms(cycle: CycleDose, lesions: Container[str]) -> list[Figure]:
    """Return the dose-volume histograms of a cycle; nothing where no dose map was made.

    Parameters
    ----------
    cycle : CycleDose
    lesions : container of str
        Ids of the regions that are lesions.
    """
    known = tuple((region, region.dvh) for region in cycle.regions if region.dvh is not None)
    if not known:
        return []
    from lutetia.report.figures.dvh import draw_dvh

    name = f"dvh-{cycle.cycle}"
    organs = tuple((region.label, found) for region, found in known if region.region not in lesions)
    of_lesions = tuple((region.label, found) for region, found in known if region.region in lesions)
    columns = (Column("region"), *(Column(f"D{x}", "Gy", "decimal") for x in VOLUME_PERCENTS))
    rows = tuple((region.label, *(words.number(found.dose_gy(x)) for x in VOLUME_PERCENTS)) for region, found in known)
    return [
        Figure(
            name=name,
            svg=draw_dvh(organs, of_lesions, name=name),
            caption=f"Dose-volume histograms, cycle {cycle.cycle}: part of the volume with at least this dose. "
            + BLUR_NOTE,
            alt=f"Dose-volume histograms of {words.count(len(known), 'region')}; the numbers are in the table below.",
            data=Table(caption=f"Dose-volume figures, cycle {cycle.cycle}", columns=columns, rows=rows),
        )
    ]
