"""What a PSMA PET brings to the measurement of disease: uptake values, organs, tracer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from lutetia.errors import InputError
from lutetia.volume import Mask, Volume, resample_mask

BLOOD_POOL: Final = "blood_pool"
SKELETON: Final = "skeleton"
EXPECTED: Final = (
    "bladder", "kidney_left", "kidney_right", "lacrimal_left", "lacrimal_right", "liver", "parotid_left",
    "parotid_right", "small_bowel", "spleen", "submandibular_left", "submandibular_right",
)  # fmt: skip
"""Organs that every PSMA ligand lights up; one without a mask is counted as disease until a reader takes it out."""
TELLING: Final = frozenset(
    {
        "bladder", "kidney_left", "kidney_right", "liver", "parotid_left", "parotid_right", "spleen",
        "submandibular_left", "submandibular_right",
    }
)  # fmt: skip
"""The brightest and largest of them: where one of these has no mask, a volume of disease would be mostly organ."""
PHYSIOLOGICAL: Final = frozenset(
    {*EXPECTED, "gallbladder", "large_bowel", "stomach", "sublingual", "ureter_left", "ureter_right"}
)
"""The reviewed list of organs whose uptake is no disease."""
VISCERAL: Final = frozenset({"lung_left", "lung_right", "adrenal_left", "adrenal_right", "brain", "pleura"})
"""Organs without uptake worth mentioning: what lights up in them is disease of an organ."""
KNOWN: Final = frozenset({*PHYSIOLOGICAL, *VISCERAL, BLOOD_POOL, SKELETON, "body", "marrow", "prostate"})
UPTAKE_UNIT: Final = "g/mL"
"""Of standardised uptake values by body weight."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PsmaPet:
    """A PSMA PET with the organs drawn on it or on its CT.

    Attributes
    ----------
    suv : Volume
        Standardised uptake values by body weight [g/mL].
    organs : mapping of str to Mask
        By code; given on any grid of the same frame of reference, laid on that of the uptake values. See
        :data:`PHYSIOLOGICAL`, :data:`VISCERAL`, ``skeleton``, ``blood_pool``, ``prostate``, ``marrow``, ``body``.
    tracer : str or None
        None where nobody said, which forbids every comparison.
    name : str
        As the scan is called in messages and files.
    acquired_at : datetime or None
    ct : Volume or None
        Of the same session and frame of reference [HU].
    """

    suv: Volume
    organs: Mapping[str, Mask] = field(default_factory=dict)
    tracer: str | None = None
    name: str = "PET"
    acquired_at: datetime | None = None
    ct: Volume | None = None

    def __post_init__(self) -> None:
        if self.suv.unit != UPTAKE_UNIT:
            raise InputError(
                self.name,
                f"its values are in {self.suv.unit}, and no standardised uptake values by body weight",
                "turn it into uptake values first",
                "a threshold of uptake means nothing in another unit",
            )
        unknown = sorted(set(self.organs) - KNOWN)
        if unknown:
            raise InputError(
                f"region '{unknown[0]}' of {self.name}",
                "whether its uptake is physiological is not known",
                f"use one of the codes {', '.join(sorted(KNOWN))}, or leave it out",
            )
        laid = {code: _laid(mask, self.suv, code) for code, mask in self.organs.items()}
        object.__setattr__(self, "organs", MappingProxyType(laid))

    def organ(self, code: str) -> Mask | None:
        """Return an organ on the grid of the PET; None where it was not drawn."""
        return self.organs.get(code)

    @property
    def physiological(self) -> tuple[Mask, ...]:
        """The organs drawn whose uptake is no disease, each named by its code."""
        return tuple(self.organs[code] for code in sorted(PHYSIOLOGICAL & self.organs.keys()))

    @property
    def not_drawn(self) -> tuple[str, ...]:
        """The organs with uptake of their own that nobody drew, or whose mask holds nothing of this PET."""
        return tuple(code for code in EXPECTED if not self._holds(code))

    @property
    def tells_organs(self) -> bool:
        """Whether a mask tells at least one of the :data:`TELLING` organs from disease."""
        return any(map(self._holds, TELLING))

    def _holds(self, code: str) -> bool:
        mask = self.organ(code)
        return mask is not None and bool(mask.voxels.any())


def _laid(mask: Mask, suv: Volume, code: str) -> Mask:
    """Return an organ on the grid of the uptake values, named by its code."""
    here = mask if mask.geometry.matches(suv.geometry) else resample_mask(mask, suv.geometry)
    return Mask(voxels=here.voxels, geometry=here.geometry, name=code)
