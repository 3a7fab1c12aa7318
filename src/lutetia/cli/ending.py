"""How a command line ends when it does not end well: one message, the right exit code, and never a traceback."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from dataclasses import asdict
from pathlib import Path

from lutetia.cli.output import say_json, tell_aside
from lutetia.errors import InputError, LutetiaError

OWN_FAULT = 1
WRONG_INPUT = 2
INTERRUPTED = 130
READER_GONE = 141
"""As a shell reports a program whose reader, such as ``head``, closed the pipe."""


def flushed(code: int) -> int:
    """Empty the buffer while a failure can still be told from success."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            return code or READER_GONE
        tell_aside(f"Standard output: it cannot be written ({error.strerror}). Make room, or choose another place.")
        return code or WRONG_INPUT
    return code


def refused(error: LutetiaError, *, as_json: bool) -> int:
    """Say what was refused and what to do, on standard error and where asked for as JSON; return the exit code."""
    if as_json:
        told = {"where": error.where, "found": error.found, "why": error.why, "remedy": error.remedy}
        every = [asdict(finding) for finding in getattr(error, "findings", ())]
        say_json({"error": told | ({"findings": every} if every else {}), "exit_code": error.exit_code})
    tell_aside(str(error))
    return error.exit_code


def misunderstood(said: str, *, as_json: bool) -> int:
    """Answer in JSON, where it was asked for, that the arguments could not be understood; return the exit code."""
    if as_json:
        told = {"where": "command line", "found": said, "why": "", "remedy": "see lutetia --help"}
        say_json({"error": told, "exit_code": WRONG_INPUT})
    return WRONG_INPUT


def not_reachable(error: OSError, *, as_json: bool) -> int:
    """Say that the system did not let a file be read or written; return the exit code."""
    where = Path(str(error.filename)).name if error.filename else "output"
    found = f"it cannot be read or written ({error.strerror or type(error).__name__})"
    return refused(InputError(where, found, "allow it, make room, or choose another place"), as_json=as_json)


def own_fault(*, as_json: bool) -> int:
    """Say that Lutetia failed, put the traceback into a file, and return the exit code."""
    kind = sys.exc_info()[0]
    with tempfile.NamedTemporaryFile(
        "w", prefix="lutetia-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as log:
        log.write(traceback.format_exc())
    found = f"Lutetia stopped by a fault of its own ({kind.__name__ if kind else 'unknown'}), not of your input"
    if as_json:
        told = {"where": "lutetia", "found": found, "why": "", "remedy": f"send {log.name} to the developers"}
        say_json({"error": told, "exit_code": OWN_FAULT})
    tell_aside(
        f"{found}. No result was written. The details, without patient data unless a file name holds them, are in "
        f"{log.name}; please send them to the developers."
    )
    return OWN_FAULT
