"""The values of our portfolio format: amounts, days, ids and words. What is refused is never repeated.

A file whose columns are shifted has a name or a number where an amount should be: the reason may go into a log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.model.days import out_of_range
from domain.model.money import decimal_places
from ledger.importers.rows import RowError

Fields = Mapping[str, str]
"""Column name → text of the row; an absent column is empty."""
E = TypeVar("E", bound=StrEnum)

_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
_ID = re.compile(r"[^\s/][^/\n\r]{0,99}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES_NO = {"yes": True, "no": False, "true": True, "false": False}


def minor_units(fields: Fields, column: str, currency: str) -> int:
    """An amount in minor units of the currency."""
    text = fields[column]
    if not _AMOUNT.fullmatch(text):
        raise RowError(column, "not an amount: write digits and a point, like 1234.50")
    minor = Decimal(text).scaleb(decimal_places(currency))
    if minor != int(minor):
        raise RowError(column, f"more decimal places than {currency} has ({decimal_places(currency)})")
    return int(minor)


def day(fields: Fields, column: str) -> date:
    """A day of the calendar within the range that the ledger knows."""
    text = fields[column]
    if not _DATE.fullmatch(text):
        raise RowError(column, "not a date: write YYYY-MM-DD")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise RowError(column, f"{text} is no day of the calendar") from None
    if why := out_of_range(found):
        raise RowError(column, why)
    return found


def an_id(fields: Fields, column: str, *, slash: bool = False) -> str:
    """An id of the bank's."""
    text = fields[column]
    if not _ID.fullmatch(text.replace("/", "-") if slash else text):
        what = "cannot be used" if text else "empty"
        raise RowError(column, f"{what}: write up to 100 characters{'' if slash else ' without a slash'}")
    return text


def one_of(fields: Fields, column: str, words: type[E], otherwise: E | None = None) -> E:
    """A word of a closed list; an empty one is ``otherwise``, if that is given."""
    text = fields[column]
    if not text and otherwise is not None:
        return otherwise
    try:
        return words(text)
    except ValueError:
        raise RowError(column, f"not one of {', '.join(words)}") from None


def yes_no(fields: Fields, column: str, otherwise: bool) -> bool:
    """Yes or no; an empty one is ``otherwise``."""
    text = fields[column]
    if text and text.lower() not in _YES_NO:
        raise RowError(column, "neither yes nor no")
    return _YES_NO[text.lower()] if text else otherwise


def zone(fields: Fields, column: str) -> str:
    """The name of a time zone."""
    if not _is_zone(fields[column]):
        raise RowError(column, "not the name of a time zone: write one like Asia/Shanghai")
    return fields[column]


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
