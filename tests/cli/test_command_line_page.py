"""The page of the command line says what the commands say about themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_of_the_command_line_is_that_of_this_version(tmp_path: Path) -> None:
    written = tmp_path / "command-line.md"
    subprocess.run([sys.executable, ROOT / "scripts/command_line_docs.py", written], check=True)
    assert (ROOT / "docs/command-line.md").read_text(encoding="utf-8") == written.read_text(encoding="utf-8"), (
        "run scripts/command_line_docs.py"
    )


def test_the_page_has_every_command_that_there_is() -> None:
    from lutetia.cli.main import app

    page = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    names = [command.name for command in app.registered_commands]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        names += [f"{group.name} {command.name}" for command in group.typer_instance.registered_commands]
    assert [name for name in names if f"## lutetia {name}\n" not in page] == []
