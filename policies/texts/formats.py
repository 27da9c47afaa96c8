"""Amounts and dates as the reader's language writes them."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency

from domain.model.money import Money, decimal_places

_REGIONS = {"en": "en-GB"}
"""English without a country names the day before the month."""


@lru_cache(maxsize=512)
def amount(money: Money, locale: str) -> str:
    """``CNY 1,200.00``, ``¥1,200.00``: with all the decimal places of ISO 4217."""
    places = decimal_places(money.currency)
    sign = "¤" if locale.startswith("zh") else "¤¤ "
    pattern = f"{sign}#,##0{'.' * bool(places)}{'0' * places}"
    written = format_currency(money.amount, money.currency, pattern, _babel(locale), currency_digits=False)
    return _plain(written)


@lru_cache(maxsize=512)
def day(value: date, locale: str) -> str:
    """``20 April 2026``, ``2026年4月20日``."""
    return _plain(format_date(value, "long", _babel(locale)))


@cache
def _babel(locale: str) -> Locale:
    return Locale.parse(_REGIONS.get(locale, locale), sep="-")


def _plain(written: str) -> str:
    """Without the narrow and the unbreakable spaces, which would double the price of a text message."""
    return written.replace("\u00a0", " ").replace("\u202f", " ")
