"""What does a local protocol say? A YAML overlay of one book, read strictly: each departure with author, day, reason.

The form is described in ``docs/local-protocol.md``. What a departure does to the book stands in
:mod:`lutetia.guideline.departure`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lutetia.fileform import FileError, compose, contents, read_as
from lutetia.guideline.book import Edition, load
from lutetia.guideline.protocol_form import ProtocolEntry, ProtocolForm


class ProtocolFileError(FileError):
    """A local protocol is refused; nothing of it was used."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A local protocol as read.

    Attributes
    ----------
    file, sha256 : str
        Name of the file and hash of its bytes.
    form : ProtocolForm
    """

    file: str
    sha256: str
    form: ProtocolForm

    @property
    def book(self) -> str:
        """The book that it departs from."""
        return self.form.book

    def signed(self, entry: ProtocolEntry) -> dict[str, Any]:
        """Return reason, author and day of a departure."""
        return {
            "reason": entry.reason, "author": entry.author or self.form.author, "on": entry.date or self.form.date,
        }  # fmt: skip


def read_protocol(path: Path, *, today: date) -> Protocol:
    """Read a local protocol.

    Parameters
    ----------
    today : date
        A protocol dated later is refused.

    Raises
    ------
    ProtocolFileError
        With file, line, field, what was found and what to write instead.
    """
    text = contents(path, remedy="name a file that holds a protocol", refuse=ProtocolFileError)
    return parse_protocol(text, name=path.name, today=today)


def parse_protocol(text: bytes | str, *, name: str, today: date) -> Protocol:
    """Read the text of a local protocol; see :func:`read_protocol`."""
    raw = text if isinstance(text, bytes) else text.encode()
    document = compose(raw, name=name, refuse=ProtocolFileError)
    form = read_as(ProtocolForm, document, context={"today": today}, refuse=ProtocolFileError)
    return Protocol(name, hashlib.sha256(raw).hexdigest(), form)


def edition_of(protocol: Protocol, on: date) -> Edition:
    """Return the edition of the protocol's book that holds on a day, without the protocol."""
    return load(protocol.book).edition(on)
