"""Published criteria: whom trials took by imaging, how scores sort, and what castration resistance is.

One module per publication or question. None of these is a guideline: a criterion says whom a study took, never whom to
treat, and none decides on a cycle. Each recommendation cites its own publication.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lutetia.guideline.book import Book
from lutetia.guideline.books.selection_criteria import castration_resistance, eanm_ratio, psg, therap, vision
from lutetia.guideline.topic import Topic
from lutetia.guideline.verdict import Answer, Status
from lutetia.provenance import Source

_TOLD: Final = {Status.MET: "yes", Status.NOT_MET: "no", Status.UNKNOWN: "unknown", Status.NOT_APPLICABLE: "not asked"}


def _tier(answers: Mapping[str, Answer]) -> str:
    """Say in which of the three tiers of the guideline's ratios the imaging falls."""
    said = {"RATIO-LOW": "advised to exclude", "RATIO-OTHERS": "other options first", "RATIO-HIGH": "encouraged"}
    met = [words for one, words in said.items() if answers[one].status is Status.MET]
    return " and ".join(met) or _open(answers, said)


def _open(answers: Mapping[str, Answer], of: Mapping[str, str], settled: str = "none of them") -> str:
    states = {answers[one].status for one in of}
    if Status.UNKNOWN in states:
        return _TOLD[Status.UNKNOWN]
    return _TOLD[Status.NOT_APPLICABLE] if states == {Status.NOT_APPLICABLE} else settled


def _group(answers: Mapping[str, Answer], way: str) -> str:
    """Say in which group of the PSG score the imaging falls, ``Q`` as measured and ``V`` as read."""
    said = {f"PSG-{way}-HIGH": "high", f"PSG-{way}-LOW": "low"}
    return next((words for one, words in said.items() if answers[one].status is Status.MET), "") or _open(
        answers, said, "intermediate"
    )


def summary(answers: Mapping[str, Answer]) -> str:
    """Say in words whether each study would have taken him by imaging, and how the scores sort."""
    vision_, therap_ = (_TOLD[answers[one].status] for one in ("VISION", "THERAP"))
    return (
        f"Would have been eligible by imaging: for VISION {vision_}; for TheraP {therap_}. "
        f"EANM/SNMMI ratios: {_tier(answers)}. "
        f"PSG score: measured {_group(answers, 'Q')}, read {_group(answers, 'V')}."
    )


BOOK: Final = Book(
    id="selection_criteria",
    title="Published criteria",
    source=Source(
        title="Published criteria of selection by PSMA imaging, and of castration resistance; each cited on its own",
        year=2023,
    ),
    sections=(vision, therap, eanm_ratio, psg, castration_resistance),
    topics=MappingProxyType(
        {
            Topic.IMAGING: (
                *("VISION-POS", "VISION-NEG", "VISION"),
                *("THERAP-20", "THERAP-10", "THERAP-FDG", "THERAP", "THERAP-MEAN"),
                *("RATIO-LOW", "RATIO-HIGH", "RATIO-OTHERS"),
                *("PSG-Q-HIGH", "PSG-Q-LOW", "PSG-V-HIGH", "PSG-V-LOW"),
            ),
            Topic.CASTRATION_RESISTANCE: ("CRPC-EANM", "CRPC-PCWG3", "CRPC-ENTRY"),
        }
    ),
    summary=summary,
)
