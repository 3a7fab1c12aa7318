"""How are the regions of one scan of a cycle laid on another?"""

from __future__ import annotations

from typing import Literal

Registration = Literal["rigid", "deformable"]
"""``rigid``: a turn and a shift of the whole patient. ``deformable``: beside that a smooth displacement of his parts,
where both scans have a CT and the checks allow it."""
