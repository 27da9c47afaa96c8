"""Days on the command line: how they are written, and which can be used."""

from __future__ import annotations

from datetime import datetime

import typer

from domain.model.days import out_of_range
from domain.model.errors import InputError

DAY_FORMATS = ["%Y-%m-%d"]


def a_day(option: typer.CallbackParam, value: datetime | None) -> datetime | None:
    """The option's value; a day that cannot be used raises InputError."""
    if value is not None and (why := out_of_range(value.date())):
        raise InputError(f"{option.opts[0]}: {why}")
    return value


def some_days(option: typer.CallbackParam, values: list[datetime] | None) -> list[datetime] | None:
    """The values of an option that may be given several times, each like ``a_day``."""
    for value in values or ():
        a_day(option, value)
    return values
