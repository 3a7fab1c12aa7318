"""How did a region come about that no person drew, and did a person accept it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from lutetia.dicom.write import Algorithm

NOT_ACCEPTED: Final = "not yet accepted by a person"
"""Said of a region that a program made by itself; its dose does not enter the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The origin of one region.

    Attributes
    ----------
    how : str
        In words, as a note of its dose says it.
    by : str
        Program and method, as a DICOM segment names them.
    kind : {"threshold", "edge", "aided", "proposal", "program"}
        From a person's mark by uptake, by its fall, or with another program; or alone, by uptake or by a program.
    accepted_by : str or None
        Who looked at it, where a program made it alone.
    """

    how: str
    by: str
    kind: Literal["threshold", "edge", "aided", "proposal", "program"]
    accepted_by: str | None = None

    @property
    def waits(self) -> bool:
        """Whether a person has yet to accept it."""
        return self.alone and self.accepted_by is None

    @property
    def alone(self) -> bool:
        """Whether no person had a part in it."""
        return self.kind in {"proposal", "program"}

    def __str__(self) -> str:
        if not self.alone:
            return self.how
        return f"{self.how}, {NOT_ACCEPTED if self.accepted_by is None else f'accepted by {self.accepted_by}'}"

    @property
    def algorithm(self) -> Algorithm:
        """How a DICOM segment says it."""
        from lutetia.dicom.write import AS_DRAWN, BY_EDGE, BY_NEIGHBOURS, BY_NETWORK, Algorithm

        family = {"edge": BY_EDGE, "program": BY_NETWORK, "aided": AS_DRAWN.family}.get(self.kind, BY_NEIGHBOURS)
        return Algorithm(name=self.by, automatic=self.alone, family=family)
