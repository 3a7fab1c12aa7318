import subprocess
import sys

from lutetia.errors import MissingExtraError

WITHOUT = """
import sys
for name in ("pydicom", "highdicom", "SimpleITK"):
    sys.modules[name] = None
import lutetia.dicom, lutetia.dicom.read, lutetia.dicom.write, lutetia.volume
from pathlib import Path
from lutetia.errors import MissingExtraError
try:
    lutetia.dicom.read.scan_folder(Path("."))
except MissingExtraError as error:
    print(error)
"""


def test_without_the_extra_the_call_says_what_to_install():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    assert "pip install 'lutetia[imaging]'" in done.stdout


def test_importing_the_readers_imports_no_heavy_package():
    look = (
        "import sys, lutetia.dicom.read, lutetia.dicom.write;"
        "print([n for n in ('pydicom', 'highdicom', 'SimpleITK', 'scipy') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert MissingExtraError.exit_code == 2
