import nibabel
import numpy as np
import pytest
import SimpleITK

from lutetia.errors import InputError, MissingExtraError
from lutetia.nifti import masks_of, read_label_map, write_nifti
from lutetia.volume import Geometry, Mask, Volume

SINGLE_PRECISION = 1e-6
SINGLE_PRECISION_MM = 1e-3
"""NIfTI holds its matrix and quaternion in 32 bits."""
TURN = np.array([[0.98, -0.17, 0.1], [0.0, 1.0, 0.2], [0.0, 0.0, 1.0]])
AXES, _ = np.linalg.qr(TURN)


def grid(*, oblique):
    axes = (
        tuple(tuple(map(float, axis)) for axis in AXES)
        if oblique
        else Geometry(shape=(1, 1, 1), spacing_mm=(1, 1, 1)).axes
    )
    return Geometry(shape=(5, 7, 9), spacing_mm=(4.8, 4.0, 3.0), origin_mm=(-20.5, -31.0, 100.0), axes=axes)


@pytest.fixture(params=[False, True], ids=["upright", "oblique"])
def dose(request):
    values = np.random.default_rng(1).random((5, 7, 9)) * 10
    return Volume(values=values, geometry=grid(oblique=request.param), unit="Gy")


PLACES = [(0, 0, 0), (1, 2, 3), (4, 6, 8), (0, 6, 0)]


def test_nibabel_finds_each_value_at_its_place(tmp_path, dose):
    image = nibabel.load(write_nifti(tmp_path / "dose.nii.gz", dose))
    to_index = np.linalg.inv(image.affine)
    for index in PLACES:
        x, y, z = dose.geometry.to_patient(index)
        at = to_index @ [-x, -y, z, 1.0]
        assert np.allclose(at[:3], np.rint(at[:3]), atol=SINGLE_PRECISION_MM)
        assert image.dataobj[tuple(np.rint(at[:3]).astype(int))] == pytest.approx(
            dose.values[index], rel=SINGLE_PRECISION
        )


def test_another_reader_finds_each_value_at_its_place_in_dicom_coordinates(tmp_path, dose):
    image = SimpleITK.ReadImage(str(write_nifti(tmp_path / "dose.nii.gz", dose)))
    for index in PLACES:
        at = image.TransformPhysicalPointToIndex([float(v) for v in dose.geometry.to_patient(index)])
        assert image.GetPixel(at) == pytest.approx(float(dose.values[index]), rel=SINGLE_PRECISION)


def test_both_ways_to_say_the_place_say_the_same(tmp_path, dose):
    image = nibabel.load(write_nifti(tmp_path / "dose.nii.gz", dose))
    assert np.allclose(image.get_qform(), image.get_sform(), atol=SINGLE_PRECISION_MM)
    assert (int(image.header["qform_code"]), int(image.header["sform_code"])) == (1, 1)


def test_the_unit_stands_in_the_header(tmp_path, dose):
    image = nibabel.load(write_nifti(tmp_path / "dose.nii.gz", dose, description="SYNTHETIC dose"))
    assert bytes(image.header["descrip"]).rstrip(b"\0") == b"SYNTHETIC dose [Gy]"


def test_a_mask_is_written_as_zeros_and_ones(tmp_path):
    voxels = np.random.default_rng(1).random((5, 7, 9)) > 0.5
    mask = Mask(voxels=voxels, geometry=grid(oblique=False), name="L1")
    image = nibabel.load(write_nifti(tmp_path / "mask.nii.gz", mask))
    assert image.get_data_dtype() == np.uint8
    assert (np.asarray(image.dataobj).transpose(2, 1, 0) == voxels).all()


def test_without_nibabel_the_message_says_what_to_install(tmp_path, dose, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "nibabel", None)
    with pytest.raises(MissingExtraError, match=r"lutetia\[imaging\]"):
        write_nifti(tmp_path / "dose.nii.gz", dose)


@pytest.mark.parametrize("oblique", [False, True])
def test_a_mask_written_is_read_back_at_its_place(tmp_path, oblique):
    geometry = grid(oblique=oblique)
    voxels = np.zeros(geometry.shape, dtype=bool)
    voxels[1, 2, 3:7] = True
    path = write_nifti(tmp_path / "m.nii.gz", Mask(voxels=voxels, geometry=geometry, name="L1"))
    labels, found = read_label_map(path, frame_of_reference=None)
    assert found.matches(geometry, within_mm=SINGLE_PRECISION_MM)
    assert (masks_of(labels, found, {1: "L1"})["L1"].voxels == voxels).all()


def saved(tmp_path, array, affine=None, **header):
    image = nibabel.Nifti1Image(array, np.eye(4) if affine is None else affine)
    if not header.pop("placed", True):
        image.set_sform(None, code=0)
        image.set_qform(None, code=0)
    if units := header.pop("units", None):
        image.header.set_xyzt_units(units)
    nibabel.save(image, tmp_path / "m.nii.gz")
    return tmp_path / "m.nii.gz"


SHEARED = np.array([[1.0, 0.5, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"array": np.full((2, 2, 2), 0.5, dtype=np.float32)}, "other values than whole numbers"),
        ({"array": np.full((2, 2, 2), -1, dtype=np.int16)}, "other values than whole numbers"),
        ({"array": np.zeros((2, 2, 2, 3), dtype=np.uint8)}, "it has 4 axes"),
        ({"array": np.zeros((2, 2, 2), dtype=np.uint8), "placed": False}, "does not say where in the patient"),
        ({"array": np.zeros((2, 2, 2), dtype=np.uint8), "units": "meter"}, "its lengths are in meter"),
        ({"array": np.zeros((2, 2, 2), dtype=np.uint8), "affine": SHEARED}, "no regular grid"),
    ],
)
def test_what_is_no_placed_label_map_is_refused(tmp_path, given, said):
    with pytest.raises(InputError, match=said):
        read_label_map(saved(tmp_path, **given), frame_of_reference=None)


def as_file(tmp_path, *, gz=False):
    voxels = np.zeros((4, 5, 6), dtype=bool)
    voxels[1:3, 1:3, 1:3] = True
    geometry = Geometry(shape=voxels.shape, spacing_mm=(2, 3, 4))
    return write_nifti(tmp_path / f"map.nii{'.gz' * gz}", Mask(voxels=voxels, geometry=geometry, name="m"))


@pytest.mark.parametrize("gz", [False, True], ids=["plain", "compressed"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning:nibabel")
def test_a_damaged_file_is_read_or_refused_and_never_crashes(tmp_path, gz):
    path = as_file(tmp_path, gz=gz)
    whole, rng = path.read_bytes(), np.random.default_rng(7)
    refused = 0
    for _ in range(120):
        damaged = bytearray(whole)
        damaged[rng.integers(0, len(whole) if gz else 352)] = int(rng.integers(0, 256))
        path.write_bytes(damaged)
        try:
            labels, geometry = read_label_map(path, frame_of_reference="1.2")
        except InputError:
            refused += 1
        else:
            assert labels.shape == geometry.shape
    assert refused > 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("datatype", 255, "cannot be read as NIfTI"),
        ("vox_offset", 128.0, "cannot be read as NIfTI"),
        ("xyzt_units", 7, "a unit that NIfTI does not know"),
        ("srow_x", (0.0, 0.0, 0.0, 0.0), "gives a voxel no size"),
        ("srow_x", (np.nan, 0.0, 0.0, 0.0), "gives a voxel no size"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning:nibabel")
def test_a_header_that_says_the_impossible_is_refused(tmp_path, field, value, said):
    path = as_file(tmp_path)
    header = nibabel.Nifti1Header(path.read_bytes()[:348])
    header[field] = value
    path.write_bytes(header.binaryblock + path.read_bytes()[348:])
    with pytest.raises(InputError, match=said):
        read_label_map(path, frame_of_reference="1.2")


@pytest.mark.parametrize("values", [np.inf, 1e30, 1j])
def test_what_cannot_be_counted_is_no_label(tmp_path, values):
    array = np.full((3, 3, 3), values, dtype=np.complex64 if isinstance(values, complex) else np.float32)
    image = nibabel.Nifti1Image(array, np.eye(4))
    image.set_sform(np.eye(4), code=1)
    nibabel.save(image, tmp_path / "map.nii")
    with pytest.raises(InputError, match="other values than whole numbers"):
        read_label_map(tmp_path / "map.nii", frame_of_reference="1.2")
