"""An administration as a record that dose archives read: Radiopharmaceutical Radiation Dose SR, TID 10021.

What the template makes optional and nobody recorded is left out. Weight and laboratory values stand with the day on
which they were measured. No organ doses (TID 10023): those of a cycle are in its TID 1500 report, with uncertainty.

Source: DICOM PS3.3 A.35.14; PS3.16 TID 10021, 10022, 10024, 1002, 1020, 1204 and CID 11, 18, 244, 3629, 3746, 10041,
10046, 10047; UCUM units. CID 3108 lists imaging only, so the procedure has the SNOMED code of the administration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from lutetia.course.administration import Route, Site
from lutetia.course.agent import Ligand
from lutetia.dicom.package import highdicom_package
from lutetia.dicom.read.header import tolerant
from lutetia.dicom.write.content import (
    HAS_CONCEPT_MOD,
    HAS_OBS_CONTEXT,
    HAS_PROPERTIES,
    LONGEST_MEANING,
    PRIVATE,
    Coded,
    code_item,
    container,
    name_private_scheme,
    number_item,
    person_item,
    text_item,
    time_item,
    uid_item,
    with_items,
)
from lutetia.dicom.write.header import NUCLIDE_CODES, Header, da, new_object, save, tm, uid_of

RADIOPHARMACEUTICAL_DOSE_SR: Final = "1.2.840.10008.5.1.4.1.1.88.68"
ANY_THERAPEUTIC_AGENT: Final = ("439007", "SCT", "Therapeutic radioisotope")
"""Of CID 25, for an agent whose ligand cannot be read from its name."""
ROUTES: Final[dict[Route, Coded]] = {
    "intravenous": ("47625008", "SCT", "Intravenous route"),
    "intra-arterial": ("58100008", "SCT", "Intra-arterial route"),
}
SITES: Final[dict[Site, Coded]] = {
    "vein": ("103386002", "SCT", "Via vein"),
    "arm vein": ("261459001", "SCT", "Via arm vein"),
    "femoral vein": ("260601006", "SCT", "Via femoral vein"),
    "artery": ("103387006", "SCT", "Via artery"),
    "brachial artery": ("260585005", "SCT", "Via brachial artery"),
    "radial artery": ("444850002", "SCT", "Via radial artery"),
    "femoral artery": ("260590008", "SCT", "Via femoral artery"),
}
SIDES: Final[dict[str, Coded]] = {"left": ("7771000", "SCT", "Left"), "right": ("24028007", "SCT", "Right")}
SEXES: Final[dict[str, Coded]] = {"M": ("M", "DCM", "Male"), "F": ("F", "DCM", "Female")}
GFR_METHODS: Final[dict[str, tuple[Coded, Coded]]] = {
    "cystatin": (
        ("113576", "DCM", "Glomerular Filtration Rate Cystatin-based formula"),
        ("50210-4", "LN", "Glomerular Filtration Rate Cystatin-based formula"),
    ),
    "ckd-epi": (
        ("113571", "DCM", "CKD-EPI Formula estimation of GFR"),
        ("62238-1", "LN", "CKD-EPI Formula estimation of GFR"),
    ),
    "mdrd": (
        ("113572", "DCM", "Glomerular Filtration Rate (MDRD)"),
        ("33914-3", "LN", "Glomerular Filtration Rate (MDRD)"),
    ),
}
"""Word in the name of a method, to its code (CID 10047) and that of its result (CID 10046); the first that fits."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A number and when it was so."""

    value: float
    at: date | datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientThen:
    """What was known of the patient when he was given the agent; None is unknown.

    Attributes
    ----------
    gfr_ml_min : Measured or None
        Estimated, normalised to 1.73 m2; only by a method of :data:`GFR_METHODS`.
    """

    age_years: int | None = None
    sex: str | None = None
    height_cm: Measured | None = None
    weight_kg: Measured | None = None
    creatinine_mg_dl: Measured | None = None
    gfr_ml_min: Measured | None = None
    gfr_method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrationRecord:
    """One administration with all that the template asks for; None is not recorded.

    Attributes
    ----------
    event_uid : str
        Of the administration itself, the same in every record of it.
    agent : str
        As the course names it.
    given_mbq : float
        Net, at ``started_at`` [MBq].
    full, residual : Measured or None
        The syringe before and after, as read [MBq].
    meter_uid : str or None
        Of the activity meter ``meter``.
    comments : tuple of str
        What has no place of its own in the template.
    """

    event_uid: str
    agent: str
    ligand: Ligand | None
    nuclide: str
    half_life_s: float
    started_at: datetime
    given_mbq: float
    route: Route
    by: str
    site: Site | None = None
    side: str | None = None
    ended_at: datetime | None = None
    volume_ml: float | None = None
    full: Measured | None = None
    residual: Measured | None = None
    meter: str | None = None
    meter_uid: str | None = None
    lot: str | None = None
    comments: tuple[str, ...] = ()
    patient: PatientThen = field(default_factory=PatientThen)


@tolerant()
def write_administration(path: Path, record: AdministrationRecord, header: Header, *, comment: str = "") -> Any:
    """Write the record of one administration.

    Parameters
    ----------
    path : Path
        The file.
    record : AdministrationRecord
    header : Header
        Its series UID is the record's own; ``acquired_at`` is when the record was made. A frame of reference is not
        written.
    comment : str
        On the whole record.

    Returns
    -------
    pydicom.Dataset
    """
    report = new_object(header, RADIOPHARMACEUTICAL_DOSE_SR, uid_of(header.series_uid, "0"), "SR")
    for keyword in ("FrameOfReferenceUID", "PositionReferenceIndicator"):
        delattr(report, keyword)
    report.ReferencedPerformedProcedureStepSequence, report.PerformedProcedureCodeSequence = [], []
    report.InstanceNumber, report.CompletionFlag, report.VerificationFlag = 1, "COMPLETE", "UNVERIFIED"
    report.ContentDate, report.ContentTime = da(header.acquired_at), tm(header.acquired_at)
    report.update(_report(record, comment))
    if record.ligand is not None:
        name_private_scheme(report)
    save(report, path)
    return report


def _report(record: AdministrationRecord, comment: str) -> Any:
    """TID 10021."""
    intent = code_item(
        ("363703001", "SCT", "Has Intent"), ("262202000", "SCT", "Therapeutic Intent"), under=HAS_CONCEPT_MOD
    )
    procedure = code_item(
        ("363589002", "SCT", "Associated Procedure"),
        ("440252007", "SCT", "Administration of radiopharmaceutical"),
        under=HAS_CONCEPT_MOD,
    )
    patient = _patient(record.patient)
    return container(
        ("113500", "DCM", "Radiopharmaceutical Radiation Dose Report"),
        [
            code_item(
                ("121049", "DCM", "Language of Content Item and Descendants"), ("en", "RFC5646", "English"),
                under=HAS_CONCEPT_MOD,
            ),
            with_items(procedure, [intent]),
            container(
                ("113502", "DCM", "Radiopharmaceutical Administration"), _event(record), template="10022",
                under="CONTAINS",
            ),
            *([container(("121118", "DCM", "Patient Characteristics"), patient, template="10024", under="CONTAINS")]
              if patient else []),
            *([text_item(("121106", "DCM", "Comment"), comment)] if comment else []),
        ],
        template="10021",
    )  # fmt: skip


def _event(record: AdministrationRecord) -> list[Any]:
    """TID 10022, in the order of its rows."""
    items = [
        _agent(record),
        uid_item(("113503", "DCM", "Radiopharmaceutical Administration Event UID"), record.event_uid),
        time_item(("123003", "DCM", "Radiopharmaceutical Start DateTime"), record.started_at),
    ]
    if record.ended_at is not None:
        items.append(time_item(("123004", "DCM", "Radiopharmaceutical Stop DateTime"), record.ended_at))
    items.append(number_item(("113507", "DCM", "Administered activity"), record.given_mbq, "MBq"))
    if record.volume_ml is not None:
        items.append(number_item(("123005", "DCM", "Radiopharmaceutical Volume"), record.volume_ml, "cm3"))
    for name, reading in (
        (("113508", "DCM", "Pre-Administration Measured Activity"), record.full),
        (("113509", "DCM", "Post-Administration Measured Activity"), record.residual),
    ):
        if reading is not None:
            items.append(with_items(number_item(name, reading.value, "MBq", at=reading.at), _meter(record)))
    items += [_route(record), _person(record.by)]
    if record.lot is not None:
        items.append(text_item(("113512", "DCM", "Radiopharmaceutical Lot Identifier"), record.lot))
    if record.comments:
        items.append(text_item(("121106", "DCM", "Comment"), "\n".join(record.comments)))
    return items


def _agent(record: AdministrationRecord) -> Any:
    value, meaning = NUCLIDE_CODES[record.nuclide]
    named = (f"{record.nuclide} {record.ligand}", PRIVATE, record.agent[:LONGEST_MEANING])
    return with_items(
        code_item(
            ("349358000", "SCT", "Radiopharmaceutical agent"), ANY_THERAPEUTIC_AGENT if record.ligand is None else named
        ),
        [
            code_item(("89457008", "SCT", "Radionuclide"), (value, "SCT", meaning), under=HAS_PROPERTIES),
            number_item(("304283002", "SCT", "Radionuclide Half Life"), record.half_life_s, "s", under=HAS_PROPERTIES),
        ],
    )


def _meter(record: AdministrationRecord) -> Sequence[Any]:
    """Return that a reading was made with an activity meter (TID 1002), and which, where it is known."""
    sr = highdicom_package().sr
    kind = code_item(
        ("113540", "DCM", "Activity Measurement Device"), ("113541", "DCM", "Dose Calibrator"), under=HAS_OBS_CONTEXT
    )
    if record.meter is None or record.meter_uid is None:
        return [kind]
    which = sr.ObserverContext(
        observer_type=sr.CodedConcept("121007", "DCM", "Device"),
        observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(uid=record.meter_uid, name=record.meter),
    )
    return [kind, *which]


def _route(record: AdministrationRecord) -> Any:
    route = code_item(("410675002", "SCT", "Route of administration"), ROUTES[record.route])
    if record.site is None:
        return route
    site = code_item(("272737002", "SCT", "Site of"), SITES[record.site], under=HAS_PROPERTIES)
    side = (
        []
        if record.side is None
        else [code_item(("272741003", "SCT", "Laterality"), SIDES[record.side], under=HAS_CONCEPT_MOD)]
    )
    return with_items(route, [with_items(site, side)])


def _person(by: str) -> Any:
    """TID 1020."""
    role = code_item(
        ("113875", "DCM", "Person Role in Procedure"), ("113851", "DCM", "Irradiation Administering"),
        under=HAS_PROPERTIES,
    )  # fmt: skip
    return with_items(person_item(("113870", "DCM", "Person Name"), by), [role])


def _patient(then: PatientThen) -> list[Any]:
    """TID 10024, in the order of its rows."""
    items = []
    if then.age_years is not None:
        items.append(number_item(("121033", "DCM", "Subject Age"), then.age_years, "a"))
    if then.sex in SEXES:
        items.append(code_item(("121032", "DCM", "Subject Sex"), SEXES[then.sex]))
    for name, measured, unit in (
        (("8302-2", "LN", "Patient Height"), then.height_cm, "cm"),
        (("29463-7", "LN", "Patient Weight"), then.weight_kg, "kg"),
        (("2160-0", "LN", "Serum Creatinine"), then.creatinine_mg_dl, "mg/dl"),
    ):
        if measured is not None:
            items.append(number_item(name, measured.value, unit, at=measured.at))
    if then.gfr_ml_min is not None and then.gfr_method is not None:
        items.append(_gfr(then.gfr_ml_min, then.gfr_method))
    return items


def _gfr(measured: Measured, method: str) -> Any:
    how, means = GFR_METHODS[method]
    rate = number_item(
        ("80274001", "SCT", "Glomerular Filtration Rate"), measured.value, "ml/min{1.73_m2}", at=measured.at
    )
    return with_items(
        rate,
        [
            code_item(("370129005", "SCT", "Measurement Method"), how, under=HAS_CONCEPT_MOD),
            code_item(("121050", "DCM", "Equivalent meaning of concept name"), means, under=HAS_CONCEPT_MOD),
        ],
    )
