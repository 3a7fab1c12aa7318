"""The one vocabulary, as a course uses it; it is defined in :mod:`lutetia.vocabulary`, which sites share.

Rules and readers name items as ``laboratory.platelets``; files name them by id, ``lab.platelets``.
"""

from lutetia.vocabulary import ITEMS, Item, Kind, condition, disease, laboratory, person, setting

__all__ = ["ITEMS", "Item", "Kind", "condition", "disease", "laboratory", "person", "setting"]
