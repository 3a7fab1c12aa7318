"""What has every page about a course in common: its head, its foot, and by which version it was made."""

from __future__ import annotations

from datetime import date
from typing import Final

from lutetia import __version__
from lutetia.report.document import Block, Document

FOOT: Final = "Not a medical device. It advises; a qualified person decides."


def course_page(
    course: str, what: str, known_on: date, blocks: tuple[Block, ...], *, synthetic: bool, made: str = ""
) -> Document:
    """Return a page about a course as known on a day.

    Parameters
    ----------
    course : str
        Its id.
    what : str
        What the page is about, in a word or two.
    known_on : date
    blocks : tuple of Block
    synthetic : bool
    made : str
        How and when; the version where it is empty.
    """
    head = (f"course {course}", what, f"as known {known_on.isoformat()}")
    return Document(
        title=f"Lutetia: {', '.join(head)}", head=head, synthetic=synthetic, foot=FOOT,
        made=made or f"by Lutetia {__version__}", blocks=blocks,
    )  # fmt: skip
