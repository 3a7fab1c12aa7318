"""Which organs does a trained network see on a CT?

TotalSegmentator (extra ``organs``) is called through its own Python interface, on the CT as NIfTI. The weights are the
user's: nothing is fetched from a network, and nothing is sent to one; a weight that is missing is named and refused.
What the network calls organs is a proposal: every region is marked as made by a program until a person accepts it.

Source: Wasserthal et al., Radiology: Artificial Intelligence 2023;5:e230024, 10.1148/ryai.230024; names of the classes
and numbers of the weights as of TotalSegmentator 2.18.0 (Apache-2.0).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from lutetia.errors import InputError, MissingExtraError
from lutetia.nifti import labels_of, nifti_image
from lutetia.volume import Mask, Volume
from lutetia.workflow.dose.made import Made
from lutetia.workflow.progress import Tell, silently

Task = Literal["total", "head_glands_cavities"]

CODES: Final[Mapping[Task, Mapping[str, str]]] = {
    "total": {
        "kidney_left": "kidney_left",
        "kidney_right": "kidney_right",
        "liver": "liver",
        "spleen": "spleen",
        "urinary_bladder": "bladder",
        "vertebrae_L1": "marrow",
        "vertebrae_L2": "marrow",
        "vertebrae_L3": "marrow",
        "vertebrae_L4": "marrow",
        "vertebrae_L5": "marrow",
    },
    "head_glands_cavities": {
        "parotid_gland_left": "parotid_left",
        "parotid_gland_right": "parotid_right",
        "submandibular_gland_left": "submandibular_left",
        "submandibular_gland_right": "submandibular_right",
    },
}
"""Task, the name of its class, and the organ code; several classes may make one organ."""
WEIGHTS: Final[Mapping[Task, tuple[int, ...]]] = {
    "total": (291, 292, 293, 294, 295, 298),
    "head_glands_cavities": (775, 298),
}
"""Numbers of the data sets that a task runs; 298 finds the part of the body that the others look at."""
ORGANS_SEEN: Final = tuple(dict.fromkeys(code for table in CODES.values() for code in table.values()))
HOME, WEIGHTS_PATH = "TOTALSEG_HOME_DIR", "TOTALSEG_WEIGHTS_PATH"
WHOLE_VERTEBRAE: Final = (
    "marrow stands for the lumbar vertebrae with cortex and arches: more than their red marrow, and none of the rest"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrgansSeen:
    """What the network found on one CT.

    Attributes
    ----------
    masks : mapping of str to Mask
        By organ code, on the CT's grid; what was not found is missing.
    made : mapping of str to Made
        Program, version and task of each; none is accepted yet.
    notes : tuple of str
    """

    masks: Mapping[str, Mask]
    made: Mapping[str, Made]
    notes: tuple[str, ...]


def organs_on_ct(
    ct: Volume,
    *,
    weights: Path,
    organs: Collection[str] = ORGANS_SEEN,
    device: Literal["gpu", "cpu", "mps"] = "gpu",
    tell: Tell = silently,
) -> OrgansSeen:
    """Return the organs that TotalSegmentator finds on a CT.

    Parameters
    ----------
    ct : Volume
        In HU.
    weights : Path
        The folder that holds the weights, as ``Dataset291_...`` and so on.
    organs : collection of str
        Codes of :data:`ORGANS_SEEN`; a task that gives none of them is not run.
    device : {"gpu", "cpu", "mps"}
        Without the one that is asked for it runs on the processor, slowly.
    tell : Tell

    Raises
    ------
    lutetia.errors.MissingExtraError
        If TotalSegmentator is not installed.
    InputError
        If an organ is not among those it finds, a weight is missing, or its answer does not fit the CT.
    """
    if ct.unit != "HU":
        raise ValueError(f"a CT in HU is needed, not {ct.unit}")
    unknown = sorted(set(organs) - set(ORGANS_SEEN))
    if unknown:
        raise InputError(
            "organs", f"no task of TotalSegmentator gives {', '.join(unknown)}", f"ask for {', '.join(ORGANS_SEEN)}"
        )
    call, classes = _package()
    tasks = [task for task, table in CODES.items() if set(table.values()) & set(organs)]
    for task in tasks:
        _require_weights(weights, task)
    masks: dict[str, Mask] = {}
    made: dict[str, Made] = {}
    with _kept_to_itself(weights):
        for task in tasks:
            tell(f"TotalSegmentator, task {task}", None)
            found = _run(ct, call, classes, task, organs, device)
            masks |= found
            made |= dict.fromkeys(found, _made(task))
    missing = [code for code in organs if code not in masks]
    notes = [f"TotalSegmentator found no {', '.join(missing)}"] if missing else []
    notes += [WHOLE_VERTEBRAE] if "marrow" in masks else []
    return OrgansSeen(masks=masks, made=made, notes=tuple(notes))


def _package() -> tuple[Any, Mapping[str, Mapping[int, str]]]:
    try:
        classes = import_module("totalsegmentator.map_to_binary").class_map
        call = import_module("totalsegmentator.python_api").totalsegmentator
    except ImportError:
        raise MissingExtraError("organs", "finding organs on CT") from None
    return call, classes


def _made(task: Task) -> Made:
    try:
        version = metadata.version("TotalSegmentator")
    except metadata.PackageNotFoundError:
        version = "of unknown version"
    by = f"TotalSegmentator {version}, task {task}"
    return Made(how=f"made by {by}", by=by, kind="program")


def _require_weights(weights: Path, task: Task) -> None:
    missing = [number for number in WEIGHTS[task] if not any(weights.glob(f"Dataset{number}_*"))]
    if missing:
        raise InputError(
            f"weights of TotalSegmentator, task {task}",
            f"the folder {weights.name} holds no {', '.join(f'Dataset{number}_*' for number in missing)}",
            "put them there (totalseg_download_weights fetches them), and name the folder with --weights",
            "Lutetia fetches nothing by itself",
        )


def _run(
    ct: Volume,
    call: Any,
    classes: Mapping[str, Mapping[int, str]],
    task: Task,
    organs: Collection[str],
    device: str,
) -> dict[str, Mask]:
    names = {name: code for name, code in CODES[task].items() if code in organs}
    numbers = {name: number for number, name in classes.get(task, {}).items()}
    unknown = sorted(names.keys() - numbers.keys())
    if unknown:
        raise InputError(
            "TotalSegmentator",
            f"its task {task} has no class {', '.join(unknown)}",
            "install a version of TotalSegmentator 2 from 2.2 on",
        )
    with redirect_stdout(sys.stderr):
        answer = call(
            nifti_image(ct),
            None,
            ml=True,
            task=task,
            roi_subset=sorted(names) if task == "total" else None,
            quiet=True,
            skip_saving=True,
            device=device,
        )
    labels, geometry = labels_of(
        answer, np.asanyarray(answer.dataobj), "answer of TotalSegmentator", ct.geometry.frame_of_reference
    )
    if not geometry.matches(ct.geometry):
        raise InputError(
            "answer of TotalSegmentator", "it lies on another grid than the CT", "report the version that gave it"
        )
    found = {}
    for code in dict.fromkeys(names.values()):
        voxels = np.isin(labels, [numbers[name] for name, meant in names.items() if meant == code])
        if voxels.any():
            found[code] = Mask(voxels=voxels, geometry=ct.geometry, name=code)
    return found


@contextmanager
def _kept_to_itself(weights: Path) -> Iterator[None]:
    """Give the program a home of its own for a while, in which it is told to send no statistics."""
    before = {name: os.environ.get(name) for name in (HOME, WEIGHTS_PATH)}
    with tempfile.TemporaryDirectory(prefix="lutetia-organs-") as home:
        settings = {
            "totalseg_id": "lutetia",
            "send_usage_stats": False,
            "prediction_counter": 0,
            "statistics_disclaimer_shown": True,
        }
        Path(home, "config.json").write_text(json.dumps(settings), encoding="utf-8")
        os.environ |= {HOME: home, WEIGHTS_PATH: str(weights.resolve())}
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
