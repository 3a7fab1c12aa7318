"""Sets of choices that a centre may take by name, each with its reason and source (``presets.yaml``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from lutetia.fileform import Document, compose, read_as
from lutetia.fileform.emit import block
from lutetia.fileform.part import Part
from lutetia.site.dosimetry.settings import DosimetrySettings
from lutetia.site.dosimetry.tables import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A named set of choices.

    Attributes
    ----------
    name : str
    reason : str
        When to take it, and what it costs.
    source : str
    settings : DosimetrySettings
    """

    name: str
    reason: str
    source: str
    settings: DosimetrySettings

    def as_yaml(self) -> str:
        """Return the choices as they would stand in a file of their own."""
        content = self.settings.model_dump(mode="json", exclude_none=True, exclude={"format"})
        return "\n".join(block({key: value for key, value in content.items() if value not in ({}, [])}))


class _Written(Part):
    reason: Words
    source: Words
    settings: DosimetrySettings


class _File(Part):
    presets: dict[str, _Written]


def preset_names() -> tuple[str, ...]:
    """Return the names of all presets."""
    return tuple(_content().content["presets"])


@cache
def preset(name: str) -> Preset:
    """Return a preset; its name must be one of :func:`preset_names`."""
    return next(one for one in presets() if one.name == name)


@cache
def presets() -> tuple[Preset, ...]:
    """Return all presets, in the order written."""
    read = read_as(_File, _content())
    return tuple(
        Preset(name=name, reason=one.reason, source=one.source, settings=one.settings)
        for name, one in read.presets.items()
    )


@cache
def _content() -> Document:
    text = resources.files("lutetia.site.dosimetry").joinpath("presets.yaml").read_bytes()
    return compose(text, name="presets.yaml")
