"""Agencies from files that people write, each fault at its line and column."""

from __future__ import annotations

import re
from pathlib import Path

import domain.model.agency as agency_module
import domain.model.commission as commission_module
from domain.agencies.checking import faults
from domain.model.agency import Agency
from domain.model.rules import Rules
from policies.faults import build, words_of
from policies.packaged import user_text
from policies.source import Data, Fault, parse

_WORDS = words_of(agency_module, commission_module)
_AMOUNTS = ("least", "most", "below")
_WITH_MONEY = {"currency", "buckets", "percent"}
"""Beside one of these keys they are amounts."""
_NO_CURRENCY = "XXX"
"""ISO 4217's code for none. Where the key ``currency`` is missing or misspelt that is the fault, told at its own place;
an amount in a broken currency would be a second one, at the amount. No file with it gets through."""


def read_agency(file: Path, rules: Rules) -> Agency:
    """The agency of a YAML or JSON file; raises InputError with every fault at its line and column.

    What the rules forbid for good is a fault too; what is only missing so far is told by how the agency stands.
    """
    source = parse(user_text(file, "agency file"), str(file))
    data = _with_currency(source.data)
    agency = build(lambda: Agency.model_validate(data), source, _WORDS)
    source.faults += [Fault(source.place_of(path), why) for path, why in faults(agency, rules)]
    source.refuse()
    return agency


def _with_currency(data: Data) -> object:
    """Amounts stand in the file as digits, beside their currency; a missing or misspelt one is told as such."""
    if isinstance(data, list):
        return [_with_currency(value) for value in data]
    if not isinstance(data, dict):
        return data
    said, with_money = data.get("currency"), not _WITH_MONEY.isdisjoint(data)
    currency = said if isinstance(said, str) and re.fullmatch("[A-Z]{3}", said) else _NO_CURRENCY
    return {
        key: {"amount": str(value), "currency": currency}
        if with_money and key in _AMOUNTS and isinstance(value, (str, int))
        else _with_currency(value)
        for key, value in data.items()
    }
