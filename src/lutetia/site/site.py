"""A centre, as it describes itself: read once, used for every course."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lutetia.errors import InputError
from lutetia.fileform import Day, Misfit, MisfitError, Part
from lutetia.fileform.findings import nearest
from lutetia.fileform.moment import ZoneName
from lutetia.site.calibration import Calibration
from lutetia.site.dosimetry import DosimetrySettings
from lutetia.site.s_values import SValueTable
from lutetia.vocabulary import ITEMS


class CalibrationError(InputError):
    """No calibration, or more than one, answers for an image."""


class Setting(Part):
    """The centre's answer to one question about itself, and since when it holds."""

    value: bool | str
    since: Day
    source: str | None = None


class Site(Part):
    """A centre.

    Attributes
    ----------
    timezone : str or None
        IANA name in which clock times without an offset are read, in courses that state none and in images.
    jurisdiction : str or None
        ISO 3166 code of the country whose law holds.
    settings : dict of str to Setting
        Answers to the items ``setting.*`` of the vocabulary.
    """

    format: Literal["lutetia-site/1"] = "lutetia-site/1"
    timezone: ZoneName | None = None
    jurisdiction: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    settings: dict[str, Setting] = Field(default_factory=dict)
    calibrations: Annotated[tuple[Calibration, ...], Field(strict=False)] = ()
    dosimetry: DosimetrySettings = DosimetrySettings()
    s_values: SValueTable | None = None

    @model_validator(mode="after")
    def _answers_known_questions(self) -> Self:
        known = [item.id for item in ITEMS.values() if item.group == "setting"]
        misfits = [
            Misfit(("settings", item), f"'{item}' is no question to a site; {nearest(item, known)}")
            for item in self.settings
            if item not in known
        ]
        misfits += [
            Misfit(
                ("settings", item, "value"), f"'{setting.value}' is no answer to '{ITEMS[item].asks}'; {_answers(item)}"
            )
            for item, setting in self.settings.items()
            if item in known and not _fits(item, setting.value)
        ]
        ids = [calibration.id for calibration in self.calibrations]
        misfits += [
            Misfit(("calibrations",), f"the id '{name}' is used by two calibrations; give each its own")
            for name in sorted(set(ids))
            if ids.count(name) > 1
        ]
        if misfits:
            raise MisfitError(misfits)
        return self

    def facts(self) -> dict[str, tuple[dict[str, Any], ...]]:
        """Return the settings as facts, as ``Course.with_facts`` takes them."""
        return {
            item: ({"value": setting.value, "at": setting.since, "source": setting.source or "site"},)
            for item, setting in self.settings.items()
        }

    def calibration_for(
        self, manufacturer: str, model: str, on: date, *, nuclide: str = "Lu-177", collimator: str | None = None
    ) -> Calibration:
        """Return the one calibration that holds for a camera on a day.

        Parameters
        ----------
        manufacturer, model : str
            As the image's header gives them; capitals and spaces do not matter.
        on : date
            Day of the scan.
        nuclide : str
        collimator : str, optional
            Where the header gives it.

        Raises
        ------
        CalibrationError
            If none or more than one holds.
        """
        camera = (_plain(manufacturer), _plain(model))
        of_camera = [c for c in self.calibrations if (_plain(c.manufacturer), _plain(c.model)) == camera]
        holding = [
            c
            for c in of_camera
            if c.holds_on(on)
            and _plain(c.nuclide) == _plain(nuclide)
            and (collimator is None or _plain(c.collimator) == _plain(collimator))
        ]
        if len(holding) == 1:
            return holding[0]
        where = f"calibration of {manufacturer} {model} for {nuclide} on {on}"
        if holding:
            names = ", ".join(calibration.id for calibration in holding)
            remedy = "end the validity of all but one, or tell them apart by collimator"
            raise CalibrationError(where, f"{len(holding)} calibrations hold at once ({names})", remedy)
        raise CalibrationError(
            where, _why_none(of_camera, self.calibrations), "add a calibration to calibration/*.yaml"
        )


def _fits(item: str, value: bool | str) -> bool:
    choices = ITEMS[item].choices
    return value in choices if choices else isinstance(value, bool)


def _answers(item: str) -> str:
    choices = ITEMS[item].choices
    return f"write one of: {', '.join(choices)}" if choices else "write true or false"


def _why_none(of_camera: list[Calibration], every: tuple[Calibration, ...]) -> str:
    if of_camera:
        listed = ", ".join(
            f"{c.id} ({c.nuclide}, {c.collimator}, {c.valid_from} to {c.valid_to or 'further notice'})"
            for c in of_camera
        )
        return f"none holds; of this camera there are {listed}"
    cameras = sorted({f"{c.manufacturer} {c.model}" for c in every})
    return f"no calibration of this camera; the site has {', '.join(cameras) or 'none at all'}"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
