"""What a site's folder says: ``site.yaml``, ``dosimetry.yaml``, ``s-values.yaml`` and ``calibration/*.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from lutetia.fileform import FileError, Finding, compose, contents, read_as
from lutetia.fileform.emit import block
from lutetia.fileform.findings import nearest
from lutetia.site.calibration import Calibration
from lutetia.site.dosimetry import DosimetrySettings
from lutetia.site.s_values import SValueTable
from lutetia.site.site import Site

_READ: Final = ("site.yaml", "dosimetry.yaml", "s-values.yaml")
PROTOCOL: Final = "protocol.yaml"
"""The local overlay of the guideline; it is read by who knows the book."""
_ELSEWHERE: Final = {
    "calibrations": "write calibration/*.yaml",
    "dosimetry": "write dosimetry.yaml",
    "s_values": "write s-values.yaml",
}
"""Fields of a site that stand in files of their own, and where."""

ModelT = TypeVar("ModelT", bound=BaseModel)


class SiteFileError(FileError):
    """A file of a site is refused; nothing of the site was used."""


def read_site(folder: Path) -> Site:
    """Read a site's folder.

    Parameters
    ----------
    folder : Path
        Holds ``site.yaml``, and where there are any ``dosimetry.yaml``, ``s-values.yaml``, ``calibration/*.yaml``.

    Raises
    ------
    SiteFileError
        If a file is missing, wrong, or not one that is read: a misspelt name is never passed over.
    """
    for stray in _strays(folder):
        text = "this file would not be read, and what it states not be heeded"
        raise SiteFileError(stray, (Finding(0, "", text, _stray_remedy(stray)),))
    content = _content(folder / "site.yaml")
    for name in _ELSEWHERE:
        if name in content.content:
            found = Finding(content.line_of((name,)), name, f"'{name}' does not stand in site.yaml", _ELSEWHERE[name])
            raise SiteFileError("site.yaml", (found,))
    site = read_as(Site, content, refuse=SiteFileError)
    dosimetry, s_values = folder / "dosimetry.yaml", folder / "s-values.yaml"
    parts = {
        "calibrations": tuple(_read(Calibration, path) for path in sorted((folder / "calibration").glob("*.yaml"))),
        "dosimetry": _read(DosimetrySettings, dosimetry) if dosimetry.is_file() else site.dosimetry,
        "s_values": _read(SValueTable, s_values) if s_values.is_file() else None,
    }
    _ids_differ(parts["calibrations"])
    return site.model_copy(update=parts)


def _strays(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in (*_READ, PROTOCOL):
            yield path.name
    for path in sorted(folder.glob("*/*.y*ml")):
        if path.parent.name != "calibration" or path.suffix != ".yaml":
            yield f"{path.parent.name}/{path.name}"


def _stray_remedy(stray: str) -> str:
    folder, _, name = stray.rpartition("/")
    if folder and nearest(folder, ("calibration",)).startswith("did you mean"):
        return f"name it calibration/{name.rpartition('.')[0]}.yaml, or take it out"
    hint = nearest(stray, (*_READ, PROTOCOL))
    return hint if hint.startswith("did you mean") else "take it out"


def _content(path: Path) -> Any:
    name = f"calibration/{path.name}" if path.parent.name == "calibration" else path.name
    text = contents(path, remedy="a site's folder holds site.yaml", refuse=SiteFileError, name=name)
    return compose(text, name=name, refuse=SiteFileError)


def _read(model: type[ModelT], path: Path) -> ModelT:
    return read_as(model, _content(path), refuse=SiteFileError)


def _ids_differ(calibrations: Any) -> None:
    first: set[str] = set()
    for calibration in calibrations:
        if calibration.id in first:
            text = f"the id '{calibration.id}' is used by two calibrations"
            raise SiteFileError("calibration", (Finding(0, "id", text, "give each its own"),))
        first.add(calibration.id)


def site_texts(site: Site) -> dict[str, str]:
    """Return a site's files as text: relative name to content, read back by :func:`read_site`."""
    texts = {"site.yaml": _text(site, exclude=set(_ELSEWHERE))}
    if site.dosimetry != DosimetrySettings():
        texts["dosimetry.yaml"] = _text(site.dosimetry)
    if site.s_values is not None:
        texts["s-values.yaml"] = _text(site.s_values)
    for calibration in site.calibrations:
        texts[f"calibration/{calibration.id}.yaml"] = calibration_text(calibration)
    return texts


def calibration_text(calibration: Calibration) -> str:
    """Return a calibration as the text of its file."""
    return _text(calibration)


def _text(model: BaseModel, exclude: set[str] | None = None) -> str:
    content = model.model_dump(mode="json", exclude_none=True, exclude=exclude)
    return "\n".join(block({key: value for key, value in content.items() if value not in ({}, [])})) + "\n"
