"""How far has disease spread on PSMA PET, and how strongly is PSMA expressed, by PROMISE V2 (miTNM, miPSMA)?

T, and diffuse involvement of the marrow, are a reader's to state; N and M follow from a table of lesions as well, and
where both are there they are compared, not merged. Expression is compared with blood pool, liver and parotid; of a
ligand that the liver takes up or excretes strongly, with the spleen in the liver's place.

Source: Seifert et al., Eur Urol 2023;83:405; its wording was checked in what others write of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from lutetia.criteria.graded import Need
from lutetia.criteria.published import published
from lutetia.criteria.response_class import TABLE

T = Literal["T0", "T2u", "T2m", "T3a", "T3b", "T4", "Tr"]
N = Literal["N0", "N1", "N2"]
Bone = Literal["none", "uni", "oligo", "diss", "dmi"]

PELVIC: Final = frozenset(
    {"internal-iliac", "external-iliac", "common-iliac", "obturator", "presacral", "other-pelvic"}
)


class Finding(NamedTuple):
    """A PSMA-positive lesion; ``region`` of a node as the course names it, None where nobody said."""

    name: str
    kind: Literal["bone", "node", "visceral", "local"]
    region: str | None = None


class MiTnm(NamedTuple):
    """The extent of disease; None where it is not known.

    Attributes
    ----------
    m1a, m1c : bool or None
        Nodes outside the pelvis; other organs.
    m1b : str or None
        Bone, with its pattern.
    needs : tuple of Need
    """

    t: T | None = None
    n: N | None = None
    m1a: bool | None = None
    m1b: Bone | None = None
    m1c: bool | None = None
    needs: tuple[Need, ...] = ()

    def __str__(self) -> str:
        """Write it as a report does; what is not known as x."""
        return f"mi{self.t or 'Tx'} {self.n or 'Nx'} {self._m()}"

    def _m(self) -> str:
        bone = None if self.m1b in (None, "none") else f"M1b ({self.m1b})"
        found = ["M1a" if self.m1a else None, bone, "M1c" if self.m1c else None]
        shown = [one for one in found if one is not None]
        if shown:
            return ", ".join(shown)
        return "Mx" if None in (self.m1a, self.m1b, self.m1c) else "M0"


def from_lesions(lesions: Sequence[Finding], *, all_listed: bool) -> MiTnm:
    """Read N and M off a table of lesions; that something is absent needs every lesion to be listed.

    Parameters
    ----------
    lesions : sequence of Finding
    all_listed : bool
        Whether somebody stated that every lesion is among them.
    """
    numbers = published(TABLE)["PROMISE"].values
    nodes = [one for one in lesions if one.kind == "node"]
    placed = all_listed and all(one.region is not None for one in nodes)
    pelvic = {one.region for one in nodes if one.region in PELVIC}
    outside = any(one.region is not None and one.region not in PELVIC for one in nodes)
    many = len(pelvic) >= numbers["many_regions"]
    n: N | None = "N2" if many else None if not placed else "N1" if pelvic else "N0"
    bones = sum(one.kind == "bone" for one in lesions)
    organs = any(one.kind == "visceral" for one in lesions)
    needs = [] if all_listed else [Need("every lesion, listed as of the day of the imaging")]
    needs += [Need("region of the node", one.name) for one in nodes if one.region is None]
    return MiTnm(
        n=n,
        m1a=True if outside else False if placed else None,
        m1b=_bone(bones, numbers["few_bones"]) if all_listed or bones > numbers["few_bones"] else None,
        m1c=True if organs else False if all_listed else None,
        needs=tuple(needs),
    )


def _bone(count: int, few: float) -> Bone:
    """Return the pattern by number; diffuse involvement of the marrow is a reader's to state."""
    if count == 0:
        return "none"
    if count == 1:
        return "uni"
    return "oligo" if count <= few else "diss"


class Expression(NamedTuple):
    """The PSMA expression score of one lesion; None with the reason where it cannot be told."""

    score: Literal[0, 1, 2, 3] | None
    why: str = ""


def expression(
    suv: float | None, *, blood_pool: float | None, liver: float | None, parotid: float | None, spleen: float | None,
    liver_compares: bool,
) -> Expression:  # fmt: skip
    """Score a lesion: 0 below blood pool, 1 below liver, 2 below parotid, 3 from the parotid on.

    Parameters
    ----------
    suv : float or None
        Mean SUV of the lesion.
    blood_pool, liver, parotid, spleen : float or None
        Mean SUV of the organs.
    liver_compares : bool
        False for a ligand that the liver takes up or excretes strongly, such as 18F-PSMA-1007: the spleen then counts.
    """
    middle, name = (liver, "liver") if liver_compares else (spleen, "spleen")
    if suv is None:
        return Expression(None, "mean SUV of the lesion")
    if blood_pool is None or middle is None or parotid is None:
        lacking = [
            organ
            for organ, value in (("blood pool", blood_pool), (name, middle), ("parotid", parotid))
            if value is None
        ]
        return Expression(None, f"mean SUV of {' and '.join(lacking)}")
    if not blood_pool < middle < parotid:
        text = f"reference organs out of order (blood pool {blood_pool:g}, {name} {middle:g}, parotid {parotid:g})"
        return Expression(None, f"{text}: disease in one of them, or a tumour sink?")
    if suv < middle:
        return Expression(0 if suv < blood_pool else 1)
    return Expression(2 if suv < parotid else 3)
