"""What the rows on kidney function share: the other estimates beside the deciding one, and the prompt to repeat."""

from __future__ import annotations

from lutetia.guideline.logic import Context
from lutetia.guideline.logic.graded import gfr, other_estimates
from lutetia.guideline.recommendation import Remark

REPEAT = (
    "Lutetia's choice: the verdict is shown at once; repeat the eGFR within a week and look for a reversible cause "
    "(obstruction, volume depletion) before making it final"
)


def formulas_beside(*limits: str) -> Remark:
    """Return a remark with every estimate, and a warning where they straddle one of the limits."""

    def say(context: Context) -> str:
        deciding = gfr().measure(context).interval
        estimates = other_estimates(context)
        if deciding is None or not estimates:
            return ""
        shown = ", ".join(f"{name} {value:.0f}" for name, value in estimates.items())
        text = f"{context.settings.egfr} decides; all estimates: {shown} mL/min"
        values = (*estimates.values(), deciding.low, deciding.high)
        straddled = [
            f"{limit:g}" for name in limits if min(values) < (limit := context.limits[name].value) <= max(values)
        ]
        return f"{text}; they fall on both sides of {' and '.join(straddled)}" if straddled else text

    return say
