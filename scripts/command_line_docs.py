"""Write docs/command-line.md from what the commands say about themselves.

Usage: python scripts/command_line_docs.py [FILE]
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

os.environ["TERMINAL_WIDTH"] = os.environ["COLUMNS"] = "80"
os.environ.pop("LUTETIA_SITE", None)

from lutetia.cli.main import app, main

PAGE = Path(__file__).parent.parent / "docs" / "command-line.md"
HEAD = """\
# The command line

*Written by `scripts/command_line_docs.py` from what `lutetia COMMAND --help` prints; do not edit by hand.*

What holds for every command:

| | |
|---|---|
| standard output | the answer and nothing else: text of at most 80 columns, or JSON with `--json` |
| standard error | progress (only where a person is watching), and what was refused |
| `--out FILE` | writes the answer to a `.txt` as text, or to a `.json` as JSON; other names are refused |
| exit code 0 | done; a verdict such as *discontinue* is an answer and ends with 0 |
| exit code 2 | the input is wrong; the message says where, what was found, and what to write or do |
| exit code 3 | refused for safety: a result is withheld |
| exit code 1 | a fault of Lutetia itself; the details are in a file that the message names |
| exit code 130 | stopped from the keyboard |

With `--json` a refusal is JSON as well: `error` with `where`, `found`, `why`, `remedy` (and `findings`, one by one,
where a file has several), and `exit_code`. `run` and `dose` give what they could compute even where a part was
stopped; what was stopped is listed under `stopped`, and the exit code is that of the gravest.

A course is named by its folder or by its `course.yaml`. `--site`, or the variable `LUTETIA_SITE`, names the folder of
[the site](site-folder.md); without it, a folder `site` in the course's folder or beside it is taken. Days are written
year-month-day. Colours and moving progress are left out where standard error is no terminal, and colours where the
variable `NO_COLOR` is set.
"""


def help_of(command: str) -> str:
    """Return what a command prints when asked for help."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        code = main([*command.split(), "--help"])
    if code:
        raise SystemExit(f"lutetia {command} --help ended with {code}")
    return told.getvalue().rstrip()


def commands() -> list[str]:
    """Return the names of all commands, in the order of the program's own help."""
    names = [str(command.name) for command in app.registered_commands]
    for group in app.registered_groups:
        names += [f"{group.name} {command.name}" for command in group.typer_instance.registered_commands]
    return names


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    parts += [f"## lutetia {command}\n\n```text\n{help_of(command)}\n```\n" for command in commands()]
    return "\n".join(parts)


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8")
