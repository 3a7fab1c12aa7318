"""How the record of one administration is told to a person and to a program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lutetia.dicom.write import AdministrationRecord, Measured

_OPTIONAL = {
    "ended_at": "end",
    "volume_ml": "volume",
    "lot": "batch",
    "side": "side of the site",
    "meter": "activity meter",
}
"""Fields of a record that are left out where they are not recorded, as a person calls them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One record, where it is filed, and the file that was written, if any.

    Attributes
    ----------
    with_images : bool
        Filed under patient and study of the cycle's images; else in a study of its own.
    """

    cycle: int
    record: AdministrationRecord
    study_uid: str
    with_images: bool
    file: Path | None

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the record could say and nobody recorded."""
        return tuple(shown for name, shown in _OPTIONAL.items() if getattr(self.record, name) is None)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        record, then = self.record, self.record.patient
        return {
            "cycle": self.cycle,
            "event_uid": record.event_uid,
            "study_uid": self.study_uid,
            "filed_with_images": self.with_images,
            "file": None if self.file is None else self.file.name,
            "agent": record.agent,
            "nuclide": record.nuclide,
            "half_life_s": record.half_life_s,
            "given_mbq": record.given_mbq,
            "started_at": record.started_at.isoformat(),
            "ended_at": None if record.ended_at is None else record.ended_at.isoformat(),
            "full_mbq": _dated(record.full),
            "residual_mbq": _dated(record.residual),
            "volume_ml": record.volume_ml,
            "route": record.route,
            "site": record.site,
            "side": record.side,
            "by": record.by,
            "batch": record.lot,
            "activity_meter": record.meter,
            "patient": {
                "age_years": then.age_years,
                "sex": then.sex,
                "height_cm": _dated(then.height_cm),
                "weight_kg": _dated(then.weight_kg),
                "creatinine_mg_dl": _dated(then.creatinine_mg_dl),
                "gfr_ml_min_1_73_m2": _dated(then.gfr_ml_min),
            },
            "comments": list(record.comments),
            "left_out": list(self.left_out),
        }

    def lines(self) -> list[str]:
        """Return it as lines of text."""
        record = self.record
        place = ", ".join(word for word in (record.route, record.site, record.side) if word)
        said = [
            ("agent", record.agent),
            ("given", f"{record.given_mbq:.1f} MBq at the start"),
            ("start", _clock(record.started_at)),
            ("end", None if record.ended_at is None else _clock(record.ended_at)),
            ("syringe", _syringe(record)),
            ("volume", None if record.volume_ml is None else f"{record.volume_ml:g} mL"),
            ("route", place),
            ("by", record.by),
            ("batch", record.lot),
            ("patient", self._patient()),
            ("not recorded", ", ".join(self.left_out) or None),
            ("filed", "with the images of the cycle" if self.with_images else "in a study of its own"),
            ("file", None if self.file is None else self.file.name),
        ]
        return [f"Cycle {self.cycle}", *(f"  {name:<13} {text}" for name, text in said if text)]

    def _patient(self) -> str | None:
        then = self.record.patient
        known = (
            (then.height_cm, "cm"), (then.weight_kg, "kg"), (then.creatinine_mg_dl, "mg/dL creatinine"),
            (then.gfr_ml_min, "mL/min/1.73 m2 GFR"),
        )  # fmt: skip
        said = [] if then.age_years is None else [f"{then.age_years} years"]
        said += [f"{one.value:.4g} {unit} ({one.at:%Y-%m-%d})" for one, unit in known if one is not None]
        return ", ".join(said) or None


def _dated(measured: Measured | None) -> dict[str, Any] | None:
    return None if measured is None else {"value": measured.value, "at": measured.at.isoformat()}


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M %z}"


def _syringe(record: AdministrationRecord) -> str | None:
    readings = ((record.full, "before"), (record.residual, "left"))
    return ", ".join(
        f"{one.value:.1f} MBq {word} ({one.at:%H:%M})" for one, word in readings if one is not None
    ) or None  # fmt: skip
