"""What every refusal of Lutetia looks like: where, what was found, why it is impossible or unsafe, what to do.

Two kinds matter to a caller. :class:`InputError` means that something written by a person or a machine is
wrong or missing (exit code 2). :class:`RefusedError` means that a result could be computed but would be
unsafe to show (exit code 3). A programmer's misuse stays a ``TypeError`` or ``ValueError``.
"""

from __future__ import annotations

from typing import ClassVar


def sentence(text: str) -> str:
    """Return a clause as a sentence: with a capital at its beginning and one full stop at its end."""
    text = text.rstrip(". ")
    return text[:1].upper() + text[1:] + "." if text else ""


class LutetiaError(Exception):
    """The root of every error that a user may see.

    Parameters
    ----------
    where : str
        The file, field, series or region concerned; never a patient's name.
    found : str
        What was found there, with numbers and units.
    remedy : str
        What to write or do instead.
    why : str, optional
        Why the finding is impossible or unsafe, where that is not obvious.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, where: str, found: str, remedy: str, why: str = "") -> None:
        self.where, self.found, self.remedy, self.why = where, found, remedy, why
        said = (found.rstrip(". ") + ".", sentence(why), sentence(remedy))
        super().__init__(f"{where}: {' '.join(part for part in said if part)}")


class InputError(LutetiaError):
    """What was given is wrong, missing or contradicts itself; nothing was computed from it."""

    exit_code = 2


class RefusedError(LutetiaError):
    """A result is withheld because showing it would be unsafe."""

    exit_code = 3


class MissingExtraError(LutetiaError):
    """An optional part of Lutetia is needed and not installed."""

    def __init__(self, extra: str, needed_for: str) -> None:
        super().__init__(
            where=f"lutetia[{extra}]",
            found=f"{needed_for} needs packages that are not installed",
            remedy=f"run: pip install 'lutetia[{extra}]'",
        )
