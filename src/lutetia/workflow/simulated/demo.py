"""A simulated patient, run end to end, and what came out beside what is true of him."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill, shorten
from typing import Any

from lutetia.dosimetry.result import DoseValue, RegionDose
from lutetia.workflow.progress import Tell, silently
from lutetia.workflow.run import RunFiles, run_folder
from lutetia.workflow.simulated.patient import Phantom, write_phantom

MAKING = 0.5
"""Part of the work that is making the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstTruth:
    """One region: computed dose beside the true one [Gy]."""

    cycle: int
    region: str
    label: str
    true_gy: float
    corrected_gy: float | None
    uncorrected_gy: float | None

    def off(self, gy: float | None) -> float | None:
        """Return the relative deviation from the truth."""
        return None if gy is None else gy / self.true_gy - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOutcome:
    """What the demonstration made and found."""

    phantom: Phantom
    files: RunFiles
    compared: tuple[AgainstTruth, ...]
    seconds_making: float
    seconds_running: float

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "phantom": self.phantom.as_json(),
            "report": str(self.files.html),
            "seconds": {"making_the_patient": self.seconds_making, "running": self.seconds_running},
            "against_truth": [
                {
                    "cycle": one.cycle,
                    "region": one.region,
                    "true_gy": one.true_gy,
                    "corrected_gy": one.corrected_gy,
                    "uncorrected_gy": one.uncorrected_gy,
                    "corrected_off": one.off(one.corrected_gy),
                    "uncorrected_off": one.off(one.uncorrected_gy),
                }
                for one in self.compared
            ],
        }

    def text(self) -> str:
        """Return what a reader of a terminal wants to know: doses against truth, the decision, where to look."""
        took = f"made in {self.seconds_making:.0f} s, run in {self.seconds_running:.0f} s"
        lines = [
            f"A SYNTHETIC patient (seed {self.phantom.seed}): {took}.",
            "",
            "Absorbed dose [Gy]                        true   corrected         uncorrected",
        ]
        for one in self.compared:
            lines.append(
                f"cycle {one.cycle}  {_short(one.label):<28}{one.true_gy:>7.2f}  {_gy(one, one.corrected_gy)}  "
                f"{_gy(one, one.uncorrected_gy)}".rstrip()
            )
        for assessment in self.files.result.assessments[:1]:
            decision = assessment.decision
            if decision is not None:
                lines += ["", f"Cycle {decision.cycle}, planned {decision.planned}: {decision.outcome.value}"]
                lines += [
                    fill(f"  would decide: {ask.question} ({ask.why})", 80, subsequent_indent="    ")
                    for ask in decision.decides
                ]
        lines += ["", "Look here:", f"  {self.files.html}"]
        lines += [f"  {path}" for path in (self.files.pdf, self.phantom.truth) if path is not None]
        return "\n".join(lines)


def _short(label: str) -> str:
    """Cut a long name at the end of a word."""
    return shorten(label, 28, placeholder=" …")


def _gy(one: AgainstTruth, gy: float | None) -> str:
    off = one.off(gy)
    return f"{'-':>6}          " if gy is None or off is None else f"{gy:>6.2f} ({off:+6.1%})"


def run_demo(folder: Path, *, seed: int, tell: Tell = silently) -> DemoOutcome:
    """Write a simulated patient into a folder, run him, and compare with his truth.

    Parameters
    ----------
    folder : Path
        New or empty.
    seed : int
    tell : Tell
    """
    begun = time.perf_counter()
    phantom = write_phantom(folder, seed=seed, tell=lambda what, done=None: tell(what, MAKING * (done or 0.0)))
    made = time.perf_counter()
    files = run_folder(
        phantom.course,
        site_path=phantom.site,
        known_on=phantom.known_on,
        tell=lambda what, done=None: tell(what, MAKING + (1 - MAKING) * (done or 0.0)),
    )
    return DemoOutcome(
        phantom=phantom,
        files=files,
        compared=against_truth(files, json.loads(phantom.truth.read_text(encoding="utf-8"))),
        seconds_making=made - begun,
        seconds_running=time.perf_counter() - made,
    )


def against_truth(files: RunFiles, truth: dict[str, Any]) -> tuple[AgainstTruth, ...]:
    """Put computed doses beside the true ones, for the regions that have a true dose."""
    true = {
        (cycle["number"], region["region"]): region["dose_gy"]
        for cycle in truth["cycles"]
        for region in cycle["regions"]
        if region["dose_gy"] is not None
    }
    return tuple(
        AgainstTruth(
            cycle=cycle.cycle,
            region=region.region,
            label=region.label,
            true_gy=true[cycle.cycle, region.region],
            corrected_gy=_mean(region, corrected=True),
            uncorrected_gy=_mean(region, corrected=False),
        )
        for cycle in files.result.cycles
        for region in cycle.regions
        if (cycle.cycle, region.region) in true
    )


def _mean(region: RegionDose, *, corrected: bool) -> float | None:
    value = region.corrected if corrected else region.uncorrected
    return value.mean_dose_gy if isinstance(value, DoseValue) else None
