"""Telephone numbers: one form for each, whatever way it was written."""

from __future__ import annotations

from domain.model.errors import InputError


def e164(text: str, region: str | None = None) -> str:
    """The number as every network dials it (ITU-T E.164); ``region``: country of a number without a country's code.

    Raises InputError, without a digit of it. Whether the number is possible counts, not whether it is assigned: such
    lists lag behind.
    """
    import phonenumbers  # costs seconds that only those who read numbers pay

    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise InputError("the number is no telephone number that can be dialled from everywhere") from None
    if parsed.extension or not phonenumbers.is_possible_number(parsed):
        raise InputError("the number has too few or too many digits for its country, or an extension")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
