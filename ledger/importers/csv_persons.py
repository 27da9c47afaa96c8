"""The rows of our portfolio format that tell of a customer: how they are written to, and where they are reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pydantic import TypeAdapter, ValidationError

from domain.model.contact import Party, Place
from domain.model.errors import InputError
from domain.model.message import LocaleName
from domain.model.names import Code
from domain.model.strategy import Channel
from ledger.codes import code
from ledger.importers.csv_values import Fields, day, one_of, yes_no, zone
from ledger.importers.rows import RowError

KINDS = ("person", "contact")
COLUMNS = (
    *("name", "locale", "preferred_channel"),
    *("channel", "address", "party", "party_id", "place", "verified", "shared", "usable_from"),
)
"""What these rows have of their own; a contact also has a reference and may have a zone."""
FILE_POINT = "file-"
"""Ids that begin so are those of the contact points that accounts without any get."""

_MOST_CHARACTERS = 200
_LOCALE: TypeAdapter[str] = TypeAdapter(LocaleName)
_ID: TypeAdapter[str] = TypeAdapter(Code)


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """How the customer is written to; None: the row does not say."""

    line: int
    name: str | None = field(repr=False)
    locale: str | None
    preferred_channel: Channel | None


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """Where the customer or another party of theirs is reached; the address as the file has it."""

    line: int
    reference: str
    channel: Channel
    address: str = field(repr=False)
    party: Party
    party_id: str | None
    place: Place
    verified: bool
    shared: bool
    zone: str | None
    usable_from: date | None


PersonalRecord = PersonRecord | ContactRecord


def personal_record(line: int, fields: Fields) -> PersonalRecord:
    """The record of a row of one of these kinds."""
    return _person(line, fields) if fields["record"] == "person" else _contact(line, fields)


def _person(line: int, fields: Fields) -> PersonRecord:
    name = fields["name"] or None
    if name is not None and (len(name) > _MOST_CHARACTERS or not name.isprintable()):
        raise RowError("name", f"longer than {_MOST_CHARACTERS} characters, or with signs that do not print")
    preferred = one_of(fields, "preferred_channel", Channel) if fields["preferred_channel"] else None
    record = PersonRecord(line, name, _locale(fields), preferred)
    if (record.name, record.locale, record.preferred_channel) == (None, None, None):
        raise RowError("name", "nothing is told: write a name, a locale or a preferred_channel")
    return record


def _locale(fields: Fields) -> str | None:
    if not fields["locale"]:
        return None
    try:
        return _LOCALE.validate_python(fields["locale"])
    except ValidationError:
        raise RowError("locale", "not a locale: write one like zh-CN") from None


def _contact(line: int, fields: Fields) -> ContactRecord:
    return ContactRecord(
        line=line,
        reference=_point_id(fields),
        channel=one_of(fields, "channel", Channel),
        address=fields["address"],
        party=one_of(fields, "party", Party, Party.DEBTOR),
        party_id=_party_id(fields),
        place=one_of(fields, "place", Place, Place.HOME),
        verified=yes_no(fields, "verified", True),
        shared=yes_no(fields, "shared", False),
        zone=zone(fields, "zone") if fields["zone"] else None,
        usable_from=day(fields, "usable_from") if fields["usable_from"] else None,
    )


def _point_id(fields: Fields) -> str:
    try:
        found = _ID.validate_python(fields["reference"])
    except ValidationError:
        raise RowError("reference", "no id: write letters, digits and _ . : / -, a letter or digit first") from None
    if found.startswith(FILE_POINT):
        raise RowError("reference", f"ids that begin with {FILE_POINT} are given by the ledger: choose another one")
    return found


def _party_id(fields: Fields) -> str | None:
    if not fields["party_id"]:
        return None
    try:
        return code("party_id", fields["party_id"])
    except InputError:
        why = "no code: write up to 100 letters, digits and signs without blanks or @"
        raise RowError("party_id", why) from None
