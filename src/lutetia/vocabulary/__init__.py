"""The one vocabulary: each kind of fact is defined here once, and everything else reads it from here.

Rules and readers import the modules and name items as ``laboratory.platelets``; files name them by id,
``lab.platelets``.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from lutetia.vocabulary import condition, disease, imaging, laboratory, person, setting, symptom
from lutetia.vocabulary.item import Item, Kind, items_of

_GROUPS: Final[tuple[ModuleType, ...]] = (person, disease, imaging, laboratory, condition, symptom, setting)

ITEMS: Final[dict[str, Item]] = {item.id: item for group in _GROUPS for item in items_of(vars(group))}
"""Every item by id, in the order written."""

OTHER_NAMES: Final[dict[str, str]] = {f"{item.group}.{name}": item.id for item in ITEMS.values() for name in item.also}
"""What people write instead of an item's id, to suggest the right one."""

__all__ = [
    "ITEMS", "OTHER_NAMES", "Item", "Kind", "condition", "disease", "imaging", "laboratory", "person", "setting",
    "symptom",
]  # fmt: skip
