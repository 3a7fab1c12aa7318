"""``lutetia assess``: what the guideline says about selection or the next cycle."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from lutetia.cli.options import AsOfOption, CourseArgument, JsonOption, OutOption, QuestionOption, SiteOption, day
from lutetia.cli.output import say, say_json, say_note, write_out


def assess_command(
    course: CourseArgument,
    as_of: AsOfOption = None,
    question: QuestionOption = None,
    book: Annotated[str, typer.Option("--book", help="Which source to ask.")] = "eanm_snmmi_2023",
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Say what speaks for, against, excludes and is unknown; for a cycle: go, reduce, postpone, hold or stop."""
    from lutetia.report import assessment_document, assessment_json, render_text
    from lutetia.workflow.assess import assess_folder

    outcome = assess_folder(course, site_path=site, known_on=day(as_of), question=question, book=book)
    answer = {"record": outcome.record_json(), "assessments": [assessment_json(a) for a in outcome.assessments]}
    if out is not None:
        write_out(out, json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
        say(f"Written: {out}")
    elif as_json:
        say_json(answer)
    else:
        for note in outcome.notes:
            say_note(note)
        for assessment in outcome.assessments:
            say(render_text(assessment_document(assessment)))
