import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "dicom.md").read_text(encoding="utf-8")
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for part in ("dicom", "volume")
    for path in (ROOT / "src" / "lutetia" / part).rglob("*.py")
)


def refusals():
    table = DOCS.split("| found | remedy |")[1].split("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [phrase for row in rows for phrase in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("phrase", refusals())
def test_every_refusal_in_the_documentation_is_one_of_the_code(phrase):
    assert phrase in re.sub(r'"\s*\n\s*f?"', "", SOURCE)
