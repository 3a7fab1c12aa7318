"""From an opened course to what all sources say about it, side by side, by the label of the right place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lutetia.course import Course
from lutetia.guideline import Question
from lutetia.guideline.book_comparison import Comparison, compare
from lutetia.guideline.jurisdiction import read_jurisdiction
from lutetia.guideline.protocol import Protocol
from lutetia.site import Site


def jurisdiction_of(stated: str | None, site: Site | None) -> str | None:
    """Return the country whose label holds: the one stated, else the site's; None where neither says.

    Raises
    ------
    lutetia.errors.InputError
        If what was stated is no country's code.
    """
    if stated is not None:
        return read_jurisdiction(stated)
    return site.jurisdiction if site is not None else None


def comparisons(
    course: Course,
    asked: Sequence[Question],
    *,
    known_on: date,
    jurisdiction: str | None,
    among: Sequence[str] = (),
    protocol: Protocol | None = None,
) -> tuple[Comparison, ...]:
    """Compare the sources on each question.

    Parameters
    ----------
    course : Course
        The whole record; what was not known on ``known_on`` is hidden here.
    asked : sequence of Question
    known_on : date
    jurisdiction : str or None
        The country whose label is compared; None compares all labels.
    among : sequence of str
        Names of books; all where there is none.
    protocol : Protocol, optional
        A local protocol; it stands beside its source wherever it departs from it.
    """
    return tuple(
        compare(
            course, one, known_on=known_on, among=tuple(among) or None, jurisdiction=jurisdiction, protocol=protocol
        )
        for one in asked
    )
