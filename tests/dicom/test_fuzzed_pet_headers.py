"""200 broken PET headers: each gives a refusal that names what is wrong, or the uptake value that its facts make.

Which of the two it must be, and which value, is decided here by a second reading of the raw attributes that shares no
line with the package: plain strings, floats and one formula.
"""

import re
from copy import deepcopy
from datetime import date, datetime, timedelta, timezone
from random import Random

import numpy as np
import pydicom
import pytest
from pydicom.dataelem import DataElement

from lutetia.dicom.read import read_for_suv, scan_folder
from lutetia.dicom.write import Administered, Header, uid_of, write_pet
from lutetia.errors import LutetiaError
from lutetia.quantification.suv import suv_rule, to_suv
from lutetia.volume import Geometry, Volume

HEADERS = 200
SEED = 20260303
SECONDS_ARE_ROUNDED = 1e-4
"""Times are written to the second; half of one is this part of 68Ga."""

ITEM = "RadiopharmaceuticalInformationSequence"

WRITTEN = {
    "Units": ["", "GML", "PROPCPS", "PROPCNTS", "CNTS", "CPS", "1CM", "bqml", "42"],
    "DecayCorrection": ["", "ADMIN", "NONE", "start", "7"],
    "CorrectedImage": ["", "DECY", "DECY\\SCAT", "ATTN", "ATTN\\SCAT", "DECY\\ATTN"],
    "AttenuationCorrectionMethod": ["", "NONE", "measured, 0.096 cm-1"],
    "PatientWeight": ["", "0", "abc", "-80", "0.0815", "81500", "1e400", "nan", "60"],
    "PatientSize": ["", "0", "abc", "176", "-1.7", "1.62"],
    "PatientSex": ["", "O", "F", "X", "9"],
    "SeriesDate": ["", "19700101", "20260304", "20261399", "yesterday"],
    "SeriesTime": ["", "083000", "092500", "120000", "235900", "2500", "noon"],
    "AcquisitionDate": ["", "20260304", "20251224", "00000000"],
    "AcquisitionTime": ["", "080000", "094500", "1000xx"],
    "FrameReferenceTime": ["", "0", "-1", "abc", "900000"],
    "ActualFrameDuration": ["", "0", "-5", "600000"],
    "DecayFactor": ["", "0", "abc", "2.7"],
    "RescaleSlope": ["", "abc"],
    "RescaleIntercept": ["", "-1024", "abc"],
    "SeriesType": ["DYNAMIC\\IMAGE", "GATED\\IMAGE", "WHOLE BODY\\REPROJECTION", ""],
    "SUVType": ["BW", "LBM", "BSA"],
    "TimezoneOffsetFromUTC": ["", "+9900", "CET"],
    "Manufacturer": ["", "SIEMENS NM", "GE MEDICAL SYSTEMS"],
    "SeriesDescription": ["PET NAC", "uncorrected", ""],
}
"""Attribute to what may be written into it, besides being dropped; empty is empty."""

WRITTEN_IN_ITEM = {
    "RadionuclideTotalDose": ["", "0", "-150000000", "150", "150000", "1.5e11", "abc", "190000000"],
    "RadionuclideHalfLife": ["", "0", "-1", "67.7", "6586.2", "574300", "abc", "4062.6"],
    "RadiopharmaceuticalStartTime": ["", "083015", "100000", "abc", "201500"],
    "RadiopharmaceuticalStartDateTime": ["", "20260303", "20260303081500", "20260303101500", "20260301083015", "abc",
                                         "20260303083015.25-0500"],
}  # fmt: skip

NAMED_BY = {
    "Units": ["Units"], "DecayCorrection": ["DecayCorrection"], "CorrectedImage": ["CorrectedImage", "DecayCorrection"],
    "AttenuationCorrectionMethod": ["AttenuationCorrection", "CorrectedImage"], "PatientWeight": ["PatientWeight"],
    "PatientSize": ["PatientSize"], "PatientSex": ["PatientSex"],
    "SeriesDate": ["Series", "scan"], "SeriesTime": ["Series", "scan"], "AcquisitionDate": ["Acquisition", "scan"],
    "AcquisitionTime": ["Acquisition", "scan"], "FrameReferenceTime": ["FrameReferenceTime", "slice"],
    "ActualFrameDuration": ["slice"], "DecayFactor": ["DecayFactor"], "RescaleSlope": ["RescaleSlope"],
    "RescaleIntercept": ["RescaleIntercept"], "SeriesType": ["dynamic", "gated", "projection"],
    "SUVType": ["SUVType"], "TimezoneOffsetFromUTC": ["Timezone", "time zone", "scan"],
    "Manufacturer": ["manufacturer", "SPECT"], "SeriesDescription": ["description"],
    "RadionuclideTotalDose": ["RadionuclideTotalDose", "activity"],
    "RadionuclideHalfLife": ["RadionuclideHalfLife", "half-li"],
    "RadiopharmaceuticalStartTime": ["RadiopharmaceuticalStart"],
    "RadiopharmaceuticalStartDateTime": ["RadiopharmaceuticalStart", "injection", "administration"],
    ITEM: ["RadionuclideTotalDose"],
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A whole header, as three slices in memory."""
    winter = timezone(timedelta(hours=1))
    folder = tmp_path_factory.mktemp("whole")
    geometry = Geometry(shape=(3, 6, 5), spacing_mm=(4.0, 4.0, 4.0), frame_of_reference=uid_of("fuzz", "frame"))
    values = np.random.default_rng(4).uniform(200.0, 9000.0, geometry.shape).astype(np.float32)
    header = Header(
        patient_id="SIM-FUZZ", patient_name="Simulated^Patient", birth_date=date(1950, 5, 17), sex="M", weight_kg=81.5,
        height_m=1.76, study_uid=uid_of("fuzz", "study"), series_uid=uid_of("fuzz", "pet"),
        frame_of_reference=str(geometry.frame_of_reference), study_at=datetime(2026, 3, 3, 9, 0, tzinfo=winter),
        acquired_at=datetime(2026, 3, 3, 9, 30, 15, tzinfo=winter), study_description="Simulated",
        series_description="PET AC",
        administered=Administered(
            agent="68Ga-PSMA-11", nuclide="Ga-68", activity_mbq=150.0, half_life_s=4057.7,
            at=datetime(2026, 3, 3, 8, 30, 15, tzinfo=winter),
        ),
    )  # fmt: skip
    written = write_pet(folder, Volume(values=values, geometry=geometry, unit="Bq/mL"), header)
    return [pydicom.dcmread(path) for path in written.files]


def put(dataset, keyword, text):
    """Write text into an attribute whatever the standard says of it; None drops it."""
    if text is None:
        if keyword in dataset:
            del dataset[keyword]
        return
    tag = pydicom.datadict.tag_for_keyword(keyword)
    representation = pydicom.datadict.dictionary_VR(tag)
    element = DataElement(tag, representation, None)
    element._value = (text.split("\\") if "\\" in text else text) if text else None
    dataset[tag] = element


def broken(whole, rng):
    """Return copies of the slices with one to three attributes broken, and which."""
    slices = [deepcopy(one) for one in whole]
    names = [*WRITTEN, *WRITTEN_IN_ITEM, *WRITTEN_IN_ITEM, ITEM]
    chosen = rng.sample(sorted(set(names)), rng.choice([1, 1, 2, 3]))
    changes = {}
    for name in chosen:
        options = WRITTEN.get(name) or WRITTEN_IN_ITEM.get(name) or []
        text = rng.choice([None, *options])
        changes[name] = text
        for one in slices:
            if name in WRITTEN_IN_ITEM:
                if ITEM in one:
                    put(one[ITEM].value[0], name, text)
            elif name == ITEM:
                if ITEM in one:
                    del one[ITEM]
            else:
                put(one, name, text)
    return slices, changes


def raw(dataset, keyword):
    element = dataset[keyword] if keyword in dataset else None  # noqa: SIM401 - get() returns the value
    value = None if element is None else element._value
    if value is None:
        return ""
    many = value if isinstance(value, (list, tuple, pydicom.multival.MultiValue)) else [value]
    return "\\".join(str(one) for one in many).strip()


def number(text):
    """Return a float, None for nothing, or the text itself where it is no finite number."""
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        return text
    return value if abs(value) < float("inf") else text


def clock(day, time):
    if not (re.fullmatch(r"\d{8}", day) and re.fullmatch(r"\d{6}(\.\d+)?", time)):
        return None
    try:
        return datetime.strptime(day + time[:6], "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        return None


class RefusedHere(Exception):  # noqa: N818
    """The second reading finds no uptake value."""


def need(condition, why):
    if not condition:
        raise RefusedHere(why)


def second_reading(dataset):
    """Return (lowest, highest) factor that the header allows, or raise RefusedHere."""
    units = raw(dataset, "Units")
    need(units in {"BQML", "GML"}, "unit")
    corrected = raw(dataset, "CorrectedImage").split("\\") if raw(dataset, "CorrectedImage") else []
    method = raw(dataset, "AttenuationCorrectionMethod")
    need("ATTN" in corrected if corrected else method not in {"", "NONE"}, "attenuation")
    need(method != "NONE", "attenuation")
    need(raw(dataset, "SeriesType").split("\\")[0] not in {"DYNAMIC", "GATED"}, "not static")
    need("REPROJECTION" not in raw(dataset, "SeriesType"), "projection")
    need(not re.search("NAC|uncorrected", raw(dataset, "SeriesDescription")), "description")
    need(raw(dataset, "Manufacturer") != "SIEMENS NM", "gamma camera")
    need(isinstance(number(raw(dataset, "RescaleSlope")), float), "slope")
    need(number(raw(dataset, "RescaleIntercept")) in {None, 0.0}, "intercept")
    if units == "GML":
        kind = raw(dataset, "SUVType")
        need(kind in {"", "BW", "LBM"}, "SUV type")
        if kind in {"", "BW"}:
            return 1.0, 1.0
    weight, size, sex = (number(raw(dataset, key)) if key != "PatientSex" else raw(dataset, key)
                         for key in ("PatientWeight", "PatientSize", "PatientSex"))  # fmt: skip
    need(isinstance(weight, float) and 30 <= weight <= 300, "weight")
    if units == "GML":
        need(isinstance(size, float) and 1.2 <= size <= 2.3 and sex in {"M", "F"}, "body")
        lean = (1.10 if sex == "M" else 1.07) * weight - (120 if sex == "M" else 148) * (weight / (100 * size)) ** 2
        return weight / lean, weight / lean
    need(ITEM in dataset, "injection")
    item = dataset[ITEM].value[0]
    dose, half_life = number(raw(item, "RadionuclideTotalDose")), number(raw(item, "RadionuclideHalfLife"))
    need(isinstance(dose, float) and 1e6 <= dose <= 1e10, "dose")
    if half_life in {None, 0.0}:  # not entered: that of the nuclide named
        half_life = 67.71 * 60
    need(isinstance(half_life, float) and abs(half_life / 4062.6 - 1) < 0.01, "half-life of 68Ga")
    correction = raw(dataset, "DecayCorrection")
    need(correction in {"START", "ADMIN", "NONE"}, "decay correction")
    need(not corrected or ("DECY" in corrected) == (correction != "NONE"), "list of corrections")
    injected, shift_h = injected_at(dataset, item)
    starts = possible_starts(dataset)
    need(starts, "no time of the scan")
    whole_g = weight * 1000 / dose
    decayed = [2 ** (((at - injected).total_seconds() / 3600 - shift_h) * 3600 / half_life) for at in starts]
    if correction == "ADMIN":
        return whole_g, whole_g
    if correction == "NONE":
        duration = number(raw(dataset, "ActualFrameDuration"))
        acquired = clock(raw(dataset, "AcquisitionDate"), raw(dataset, "AcquisitionTime"))
        need(acquired is not None and isinstance(duration, float) and duration > 0, "frame")
        turned = np.log(2) * duration / 1000 / half_life
        grown = 2 ** (((acquired - injected).total_seconds() / 3600 - shift_h) * 3600 / half_life)
        factor = whole_g * grown * turned / (1 - np.exp(-turned))
        return factor, factor
    return whole_g * min(decayed), whole_g * max(decayed)


def injected_at(dataset, item):
    """Return the local clock time of the injection, and hours to take off for another offset than the scan's."""
    text = raw(item, "RadiopharmaceuticalStartDateTime")
    if text:
        found = re.fullmatch(r"(\d{14})(?:\.\d+)?([+-]\d{4})?", text)
        need(found, "unreadable injection")
        own = found[2] or raw(dataset, "TimezoneOffsetFromUTC") or "+0100"
        scan = raw(dataset, "TimezoneOffsetFromUTC") or "+0100"
        shift = (int(scan[:3]) - int(own[:3])) if re.fullmatch(r"[+-]\d{4}", scan) else 0
        return datetime.strptime(found[1], "%Y%m%d%H%M%S"), shift  # noqa: DTZ007
    time = raw(item, "RadiopharmaceuticalStartTime")
    need(time, "no injection")
    days = [raw(dataset, "AcquisitionDate") or raw(dataset, "SeriesDate"), raw(dataset, "SeriesDate")]
    at = next((one for day in days if day and (one := clock(day, time.split(".")[0]))), None)
    need(at is not None, "unreadable injection")
    return at, 0


def possible_starts(dataset):
    """Return every time that a published rule could take as the start of this scan."""
    series = clock(raw(dataset, "SeriesDate"), raw(dataset, "SeriesTime").split(".")[0])
    acquired = clock(raw(dataset, "AcquisitionDate"), raw(dataset, "AcquisitionTime").split(".")[0])
    starts = [at for at in (series, acquired) if at is not None]
    reference, length = (number(raw(dataset, key)) for key in ("FrameReferenceTime", "ActualFrameDuration"))
    if acquired is not None and isinstance(reference, float) and isinstance(length, float) and length > 0:
        starts += [acquired + timedelta(milliseconds=part * length - reference) for part in (0.48, 0.52)]
    return starts


def uptake_of(folder):
    """Return the rule, or the refusal; anything else is a crash."""
    try:
        found = [one for one in scan_folder(folder) if one.stored_as == "PT"]
        source = read_for_suv(found[0])
        rule = suv_rule(source.facts)
        to_suv(source.image.volume, rule)
    except LutetiaError as error:
        return None, error
    return rule, None


def require_named(error, changes):
    assert error.remedy, changes
    assert error.where.startswith(("PET series", "series")), (changes, error)
    named = [word for name in changes for word in NAMED_BY[name]]
    assert any(word in str(error) for word in named), (changes, str(error))


def require_true(rule, dataset, changes):
    try:
        low, high = second_reading(dataset)
    except RefusedHere as why:
        pytest.fail(f"{changes}: an uptake value where the second reading has none ({why})")
    assert low * (1 - SECONDS_ARE_ROUNDED) <= min(rule.factors), (changes, rule.name, rule.factors, low, high)
    assert max(rule.factors) <= high * (1 + SECONDS_ARE_ROUNDED), (changes, rule.name, rule.factors, low, high)
    assert all(fact.shown and fact.origin for fact in rule.used), changes


def test_each_of_two_hundred_broken_headers_is_refused_or_gives_the_value_of_its_stated_facts(whole, tmp_path):
    rng = Random(SEED)
    refused = 0
    for n in range(HEADERS):
        slices, changes = broken(whole, rng)
        folder = tmp_path / f"{n:03d}"
        folder.mkdir()
        for k, one in enumerate(slices):
            one.save_as(folder / f"{k}.dcm")
        rule, error = uptake_of(folder)
        if rule is None:
            refused += 1
            require_named(error, changes)
        else:
            require_true(rule, slices[0], changes)
    assert HEADERS // 10 < refused < HEADERS - HEADERS // 10


def test_the_whole_header_gives_the_value_that_the_second_reading_has(whole, tmp_path):
    for k, one in enumerate(whole):
        one.save_as(tmp_path / f"{k}.dcm")
    low, high = second_reading(whole[0])
    factor = uptake_of(tmp_path)[0].factor
    assert low * (1 - SECONDS_ARE_ROUNDED) <= factor <= high * (1 + SECONDS_ARE_ROUNDED)
