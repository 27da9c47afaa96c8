"""How long a text message is: its encoding by 3GPP TS 23.038, and how many segments the network carries it in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Characters that take an escape and a second septet."""


class SmsEncoding(StrEnum):
    """How the network writes the characters."""

    GSM_7 = "gsm_7"
    """Seven bits for each character of the default alphabet, fourteen for those of its extension table."""
    UCS_2 = "ucs_2"
    """Sixteen bits for each character, thirty-two outside of the basic plane."""


_ALONE = {SmsEncoding.GSM_7: 160, SmsEncoding.UCS_2: 70}
_JOINED = {SmsEncoding.GSM_7: 153, SmsEncoding.UCS_2: 67}
"""Units of one segment of several: each begins with a header that says where it belongs."""


@dataclass(frozen=True, slots=True)
class SmsLength:
    """What a text costs on its way."""

    encoding: SmsEncoding
    units: int
    """Septets of GSM-7, or 16-bit units of UCS-2."""
    segments: int


def sms_length(text: str) -> SmsLength:
    """Encoding, units and segments of a text; one character outside of GSM-7 turns the whole into UCS-2."""
    if all(sign in _BASIC or sign in _EXTENSION for sign in text):
        encoding, widths = SmsEncoding.GSM_7, [2 if sign in _EXTENSION else 1 for sign in text]
    else:
        encoding, widths = SmsEncoding.UCS_2, [2 if ord(sign) > 0xFFFF else 1 for sign in text]
    units = sum(widths)
    return SmsLength(encoding, units, 1 if units <= _ALONE[encoding] else _packed(widths, _JOINED[encoding]))


def segments(text: str) -> int:
    """In how many segments the network carries the text."""
    return sms_length(text).segments


def _packed(widths: Iterable[int], room: int) -> int:
    """Segments of so many units each: what takes two units is never torn apart."""
    count, used = 1, 0
    for width in widths:
        if used + width > room:
            count, used = count + 1, 0
        used += width
    return count
