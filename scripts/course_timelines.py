"""Write docs/courses.md: the timelines of the written courses as text, for physicians to read.

Usage: python scripts/course_timelines.py [FILE]
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

from lutetia.course.file import read_course
from lutetia.guideline.timeline import timeline
from lutetia.report import render_text
from lutetia.report.timeline import timeline_document

ROOT = Path(__file__).parent.parent
COURSES = ROOT / "cases" / "courses"
PAGE = ROOT / "docs" / "courses.md"
HEAD = """\
# Twelve courses, read as lines of decisions

*Written by `scripts/course_timelines.py` from `cases/courses/`; do not edit by hand.*

**Every man on this page is invented: none of them is a patient, and none is taken from a publication.** The stories,
and what a reader of the guideline expects at each decision, stand in [cases/courses](../cases/courses/README.md). Each
page below is what `lutetia timeline COURSE --as-of DAY` prints on the day of the last follow-up.
[How to read it](timeline.md).

Lutetia advises; a person decides. Whoever disagrees with a line on this page has found either a bad course or a bad
rule: say so.
"""


def stories() -> dict[str, tuple[str, str]]:
    """Return title and story of each course, by its folder, as the folder's README tells them."""
    text = (COURSES / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^## ([^\n]+)\n\n`([^`\n]+)`\n\n(.+?)(?=\n\n## |\Z)", text, re.MULTILINE | re.DOTALL)
    return {folder: (title, story.strip()) for title, folder, story in found}


def last_day(folder: Path) -> date:
    """Return the day of the last follow-up, as the expectations beside a course name it."""
    text = (folder / "expected.yaml").read_text(encoding="utf-8")
    named = re.search(r"^as_of: (\S+)$", text, re.MULTILINE)
    if named is None:
        raise SystemExit(f"{folder.name}/expected.yaml names no 'as_of'")
    return date.fromisoformat(named[1])


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    told = stories()
    for path in sorted(COURSES.glob("*/course.yaml")):
        title, story = told[path.parent.name]
        line = timeline(read_course(path), known_on=last_day(path.parent))
        text = render_text(timeline_document(line)).rstrip()
        parts.append(f"## {title}\n\n{story}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8")
