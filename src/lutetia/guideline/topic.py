"""About what do several books speak? The topics on which a comparison lays them side by side.

A book says in ``BOOK.topics`` which of its recommendations speak about which topic; what it leaves out is its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Topic(StrEnum):
    """A question that more than one source answers; the value is how it is printed."""

    INDICATION = "indication"
    CASTRATION_RESISTANCE = "castration resistance"
    IMAGING = "selection by imaging"
    PERFORMANCE = "performance status"
    BLOOD_COUNTS = "blood counts"
    KIDNEY = "kidney function"
    LIVER = "liver function"
    DRY_MOUTH = "dry mouth"
    OTHER_TOXICITY = "other side effects"
    ACTIVITY = "activity per cycle"
    INTERVAL = "interval between cycles"
    NUMBER_OF_CYCLES = "number of cycles"
    CONTRACEPTION = "contraception"
    RESPONSE = "stopping for lack of response"


ORGANS: Final[Mapping[Topic, str]] = {Topic.DRY_MOUTH: "salivary-glands"}
"""A topic that is about the events of one organ: a statement that is named under it and under other side effects counts
where its events belong."""
TERMS: Final[Mapping[Topic, frozenset[str]]] = {Topic.DRY_MOUTH: frozenset(("dry mouth", "xerostomia"))}
"""Events that belong to such a topic by their name, whatever organ they are entered under."""
