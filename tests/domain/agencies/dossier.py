"""An agency in good order for the tests: everything stated, approved, evaluated, trained and published."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.model.agency import Agency
from domain.model.agency_events import AgencyEvent, AgencyEventKind, AgencyVersion, KnownAgency
from policies import load_rules

TODAY = date(2026, 6, 15)
AT = datetime(2026, 1, 5, 2, tzinfo=UTC)
CHINA = load_rules("cn")
FILE = {
    "id": "north",
    "name": "Nord Inkasso",
    "contact": "+86 10 0000 0000",
    "zone": "Asia/Shanghai",
    "licence": {"number": "L-1", "authority": "City", "valid_from": "2025-01-01", "valid_until": "2027-12-31"},
    "contracts": [
        {
            "reference": "C-1",
            "valid_from": "2026-01-01",
            "valid_until": "2026-12-31",
            "purpose": "collection",
            "method": ["call", "letter"],
            "data_types": ["name", "balance"],
            "safeguards": ["encrypted"],
            "rights_duties": ["clause-7"],
            "subcontracting": "forbidden",
            "may_take_money": False,
            "tail_months": 3,
        }
    ],
    "zones": ["Asia/Shanghai"],
    "segments": [{"currency": "CNY", "buckets": ["substandard"]}],
    "capacity": 500,
    "commission": {
        "bands": [{"dpd_min": 91, "currency": "CNY", "percent": "12.5"}],
        "conduct": {"least": "0.8", "most": "1.1"},
    },
    "impact_assessment": {"reference": "PIA-1", "on": "2025-12-01"},
    "head_office_approval": {"by": "hq-1", "on": "2025-12-10", "reference": "HQ-1"},
}


def agency(**changed: object) -> Agency:
    """The file with other values under some of its keys."""
    return Agency.model_validate({**FILE, **changed})


def contract(**changed: object) -> dict[str, object]:
    """Its contract with other values; None leaves a key out."""
    made = {**FILE["contracts"][0], **changed}
    return {key: value for key, value in made.items() if value is not None}


def event(kind: str, on: date = date(2026, 1, 5), **more: object) -> AgencyEvent:
    return AgencyEvent.model_validate({"kind": kind, "on": on, "by": "op-2", "at": AT, **more})


GOOD = (
    event("approved", version=1),
    event("evaluated", outcome="passed", reference="E-1"),
    event("trained", reference="T-1"),
    event("published"),
)


def version(number: int, file: Agency) -> AgencyVersion:
    return AgencyVersion(version=number, agency=file, digest="d", by="op-1", at=AT)


def known(*files: Agency, events: tuple[AgencyEvent, ...] = GOOD) -> KnownAgency:
    """An agency with these versions of its file, the first of them approved unless ``events`` say otherwise."""
    return KnownAgency(
        versions=tuple(version(i, file) for i, file in enumerate(files or (agency(),), 1)), events=events
    )


def without(kind: str) -> tuple[AgencyEvent, ...]:
    """What makes an agency good, but for this."""
    return tuple(each for each in GOOD if each.kind is not AgencyEventKind(kind))
