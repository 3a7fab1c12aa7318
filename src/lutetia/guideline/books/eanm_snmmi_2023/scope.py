"""Introduction: the agents that the guideline speaks about."""

from __future__ import annotations

from lutetia.course import read_agent
from lutetia.guideline.book import Scope
from lutetia.guideline.logic import Context, any_of, not_
from lutetia.guideline.logic.regimen import agent_of, ligand
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength

SECTION = "Introduction"

_one_of_the_two = any_of(ligand("PSMA-617"), ligand("PSMA-I&T"))

both_ligands = Recommendation(
    id="SCOPE-1",
    where=Cite(SECTION, "para 2"),
    strength=Strength.EVIDENCE,
    asks="Do the rules hold for this ligand?",
    says="177Lu-PSMA-617 and 177Lu-PSMA-I&T may be handled by the same rules; for I&T the evidence is often weaker.",
    informs=_one_of_the_two,
    consequence="the rules hold; grades that rest on trials of PSMA-617 are indirect for PSMA-I&T",
    choices=("a grade that rests on trials of PSMA-617 is shown as indirect for PSMA-I&T",),
)

other_agents = Recommendation(
    id="SCOPE-2",
    where=Cite(SECTION, "para 3"),
    asks="Is the agent one that the guideline does not speak about?",
    says="Agents built on other ligands or nuclides differ and cannot be folded into these rules.",
    excludes=not_(_one_of_the_two),
    consequence="no recommendation of this guideline is evaluated",
    choices=("an agent from whose name nuclide or ligand cannot be read with certainty counts as out of scope",),
)


def scope(context: Context) -> Scope:
    """Tell whether the guideline speaks about the agent; outside it nothing else is evaluated."""
    name = agent_of(context)
    if name is None:
        text = "No radioligand is recorded yet: read as for [177Lu]Lu-PSMA-617 or [177Lu]Lu-PSMA-I&T."
        return Scope(inside=None, text=text)
    agent = read_agent(name)
    if agent.in_scope:
        return Scope(inside=True, text=f"{name}: within the scope of the guideline.")
    return Scope(
        inside=False,
        text=f"{name}: out of scope. The guideline speaks about [177Lu]Lu-PSMA-617 and [177Lu]Lu-PSMA-I&T only "
        f"({SECTION}, para 3); none of its recommendations is evaluated.",
    )


def strength_note(recommendation: Recommendation, context: Context) -> str:
    """Say that a grade is indirect where it rests on another ligand."""
    name = agent_of(context)
    if name is None or read_agent(name).ligand != "PSMA-I&T":
        return ""
    return f"indirect for PSMA-I&T: the grade rests on trials of PSMA-617 ({SECTION}, para 2)"


def notes(context: Context) -> tuple[str, ...]:
    """Say what was given besides, and whether the guideline was out yet."""
    said = []
    since = min(limit.since for limit in context.limits.values())
    if context.on < since:
        said.append(f"the question is older than the guideline, whose numbers hold from {since}")
    others = {cycle.agent for cycle in context.course.given_cycles if not cycle.read_agent.in_scope}
    if others:
        said.append(f"given earlier in this course and out of scope: {', '.join(sorted(others))}")
    if context.known_on > context.on and context.question.kind == "cycle":
        said.append(f"the planned day {context.on} lies before the day as known {context.known_on}")
    return tuple(said)
