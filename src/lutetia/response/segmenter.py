"""Who finds PSMA-positive disease in a PET: a rule written here, or a trained model that a user brings along.

A plug-in is a Python package with an entry point in the group ``lutetia.segmenters``; what it names is called without
arguments and returns a :class:`Segmenter`. Lutetia ships no trained model and downloads none. What a segmenter finds is
a proposal: a reader includes and excludes, and its name and version stand with every volume. See docs/psma-disease.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Final, Protocol, runtime_checkable

from lutetia.errors import InputError
from lutetia.quantification.segmentation import Method, Removed
from lutetia.response.pet import PsmaPet
from lutetia.volume import Mask

GROUP: Final = "lutetia.segmenters"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What a segmenter took for disease.

    Attributes
    ----------
    mask : Mask
        On the grid of the PET's uptake values.
    method : Method
        Whole, with the tracer: only equal ones are compared.
    level_suv : float or None
        The uptake from which on a voxel could count; None where there is no such level.
    organs : Mask or None
        What was taken for physiological uptake, on the same grid; None where the segmenter does not tell.
    removed : tuple of Removed
        What each organ took out.
    by_masks : bool
        Whether nothing but the masks of organs keeps their uptake out; False where the segmenter knows organs itself.
    """

    mask: Mask
    method: Method
    level_suv: float | None = None
    organs: Mask | None = None
    removed: tuple[Removed, ...] = ()
    by_masks: bool = False


@runtime_checkable
class Segmenter(Protocol):
    """A way of finding disease."""

    def find(self, pet: PsmaPet) -> Found:
        """Return what it takes for disease in a PET."""
        ...


def plugged_in() -> tuple[str, ...]:
    """Return the names of the segmenters that installed packages offer."""
    return tuple(sorted(point.name for point in entry_points(group=GROUP)))


def load_segmenter(name: str) -> Segmenter:
    """Return a segmenter of an installed package.

    Raises
    ------
    InputError
        If none of that name is installed, or it is none, or it cannot be loaded.
    """
    found = [point for point in entry_points(group=GROUP) if point.name == name]
    if not found:
        offered = ", ".join(plugged_in()) or "none is installed"
        raise InputError(
            f"segmenter '{name}'",
            f"no installed package offers it (offered: {offered})",
            "install the package that has it, or take a threshold",
        )
    made = _loaded(found[0])
    if not isinstance(made, Segmenter):
        raise InputError(
            f"segmenter '{name}'",
            f"what {found[0].value} returns has no method 'find'",
            "ask its author: docs/psma-disease.md says what a segmenter is",
        )
    return made


def _loaded(point: EntryPoint) -> object:
    try:
        return point.load()()
    except Exception as reason:
        raise InputError(
            f"segmenter '{point.name}'",
            f"{point.value} could not be loaded ({type(reason).__name__}: {reason})",
            "install what it needs, or take a threshold",
        ) from reason


def checked(found: Found, pet: PsmaPet) -> Found:
    """Return what a segmenter found, if it lies on the grid of the PET and speaks of its tracer.

    Raises
    ------
    InputError
    """
    if not found.mask.geometry.matches(pet.suv.geometry):
        raise InputError(pet.name, "what the segmenter found lies on another grid", "ask its author")
    if found.method.tracer != pet.tracer:
        raise InputError(
            pet.name,
            f"the segmenter says it looked at {found.method.tracer}, and the tracer is {pet.tracer}",
            "ask its author",
            "a volume belongs to its tracer",
        )
    return found
