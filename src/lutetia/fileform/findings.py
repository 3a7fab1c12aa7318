"""What is wrong in a file: findings, each with its line and field, and the one error that carries them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from lutetia.errors import InputError

_FEW = 40
"""Known words that can be listed in a message."""

Path = tuple[str | int, ...]
"""Keys and positions from the top of a file to a value."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something wrong at a path below the object that found it.

    Attributes
    ----------
    path : tuple of str and int
    found : str
        What was found there, and what to write instead, joined by a semicolon.
    """

    path: Path
    found: str


class MisfitError(ValueError):
    """Raised inside a model's validator when several things are wrong, or one at a certain field."""

    def __init__(self, misfits: Iterable[Misfit]) -> None:
        self.misfits = tuple(misfits)
        super().__init__("\n".join(misfit.found for misfit in self.misfits))


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong in a file, as a person reads it.

    Attributes
    ----------
    line : int
        From 1; 0 where the file as a whole is meant.
    field : str
        For example ``facts.lab.platelets[2].unit``; empty where no field is meant.
    found, remedy : str
    """

    line: int
    field: str
    found: str
    remedy: str

    @property
    def place(self) -> str:
        """Line and field, as far as they are known."""
        return ", ".join([*([f"line {self.line}"] if self.line else []), *([self.field] if self.field else [])])

    def __str__(self) -> str:
        """Read as one line: place, what was found, what to write instead."""
        sentences = [_as_sentence(part) for part in (self.found, self.remedy) if part]
        said = " ".join(part if part.endswith(("?", ".")) else f"{part}." for part in sentences)
        return f"{self.place}: {said}" if self.place else said


def _as_sentence(text: str) -> str:
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.replace("-", "").isalpha() else text


class FileError(InputError):
    """A file is refused; ``findings`` holds everything that is wrong with it, in the order of its lines."""

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        self.name, self.findings = name, tuple(sorted(findings))
        first = self.findings[0]
        super().__init__(f"{name}, {first.place}" if first.place else name, first.found, first.remedy)
        if len(self.findings) > 1:
            lines = "\n".join(f"  {finding}" for finding in self.findings)
            self.args = (f"{name}: {len(self.findings)} things are wrong.\n{lines}",)
        else:
            self.args = (f"{name}, {first}" if first.place else f"{name}: {first}",)

    def __reduce__(self) -> tuple[type[FileError], tuple[str, tuple[Finding, ...]]]:
        """Travel whole between processes: a batch reports the refusal of each of its files."""
        return type(self), (self.name, self.findings)


def field_name(path: Path) -> str:
    """Write a path as a person reads it; positions count from 1.

    Examples
    --------
    >>> field_name(("facts", "lab.platelets", 1, "unit"))
    'facts.lab.platelets[2].unit'
    """
    written = ""
    for step in path:
        written += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if written else step
    return written


def nearest(word: str, known: Iterable[str], *, also: Mapping[str, str] | None = None) -> str:
    """Return ``did you mean ...?`` with the nearest known word, or the known words if none is near.

    Parameters
    ----------
    word : str
    known : iterable of str
    also : mapping of str to str, optional
        Other names, and the known word each stands for; likeness of letters alone would take thrombocytes
        for lymphocytes.
    """
    by_letters = {name.lower(): name for name in known}
    listed = ", ".join(by_letters.values())
    few = len(by_letters) <= _FEW
    by_letters |= {name.lower(): meant for name, meant in (also or {}).items()}
    close = get_close_matches(word.lower(), by_letters, n=1, cutoff=0.8)
    if close:
        return f"did you mean '{by_letters[close[0]]}'?"
    return f"known here: {listed}" if few else ""
