"""What does the made-up centre of the simulated patient state about itself?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lutetia.simulation.camera import Camera
from lutetia.simulation.schedule import TIME_ZONE


def centre(camera: Camera) -> Mapping[str, Mapping[str, Any]]:
    """Return the files of the site folder by name, each as a plain mapping."""
    return {"site.yaml": {"timezone": TIME_ZONE}}
