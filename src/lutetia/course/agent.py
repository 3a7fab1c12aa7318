"""What a radioligand's name says: its nuclide and its ligand, if they can be read with certainty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Ligand = Literal["PSMA-617", "PSMA-I&T"]

_NUCLIDE: Final = re.compile(r"^\W*(?:(\d{2,3}m?)[ -]?([a-z]{1,2})|([a-z]{1,2})[ -]?(\d{2,3}m?))\b", re.IGNORECASE)
_ELEMENTS: Final = frozenset(
    ("Ac", "At", "Bi", "Cu", "F", "Ga", "Ho", "I", "In", "Lu", "P", "Pb", "Ra", "Re", "Sm", "Sr", "Tb", "Tc", "Th", "Y",
     "Zr")
)  # fmt: skip
"""Elements whose nuclides are given to patients; two letters before a number may be anything else."""
_LIGANDS: Final[tuple[tuple[re.Pattern[str], Ligand], ...]] = (
    (re.compile(r"(?:^|[^a-z0-9])psma[- ]?617(?:$|[^0-9])|vipivotide", re.IGNORECASE), "PSMA-617"),
    (re.compile(r"(?:^|[^a-z0-9])psma[- ]?i\s?&\s?t\b|zadavotide", re.IGNORECASE), "PSMA-I&T"),
)


@dataclass(frozen=True, slots=True)
class Agent:
    """A radioligand as named, with what could be read from the name."""

    name: str
    nuclide: str | None
    ligand: Ligand | None

    @property
    def in_scope(self) -> bool:
        """Whether the joint guideline of 2023 speaks about it (Introduction, para 1 to 3)."""
        return self.nuclide == "Lu-177" and self.ligand is not None


def read_agent(name: str) -> Agent:
    """Read a name such as ``[177Lu]Lu-PSMA-617``, ``177Lu-PSMA-I&T`` or ``Lu-177 DOTATATE``.

    A name from which nuclide or ligand cannot be read leaves it None; nothing is assumed.
    """
    nuclide = None
    if match := _NUCLIDE.match(name):
        mass, element = (match[1], match[2]) if match[1] else (match[4], match[3])
        if element.capitalize() in _ELEMENTS:
            nuclide = f"{element.capitalize()}-{mass.lower()}"
    elif "pluvicto" in name.lower() or re.search(r"lutetium\W*177(?!m)", name, re.IGNORECASE):
        nuclide = "Lu-177"
    ligand: Ligand | None = next((known for pattern, known in _LIGANDS if pattern.search(name)), None)
    if "pluvicto" in name.lower():
        ligand = "PSMA-617"
    return Agent(name=name, nuclide=nuclide, ligand=ligand)
