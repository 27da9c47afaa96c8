"""Addresses as people type them: checked and written in one way. What is refused is never repeated."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address

from domain.model.errors import InputError
from domain.model.strategy import Channel
from domain.phone_number import e164

_MOST_CHARACTERS = 500
_TELLING = 6
"""With so many digits of a number somebody can be found."""
_PLACES = (Channel.LETTER, Channel.VISIT)
"""Channels whose addresses have several lines."""


def normalised(channel: Channel, text: str) -> str:
    """The address as the channel needs it; raises InputError, which does not repeat it.

    Telephone numbers become ITU E.164 and must begin with + and the country's code: no country is guessed.
    """
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputError("no address was given: write it to the standard input")
    if sum(map(len, lines)) > _MOST_CHARACTERS or not all(map(str.isprintable, lines)):
        raise InputError(f"the address is longer than {_MOST_CHARACTERS} characters or has signs that do not print")
    if channel in _PLACES:
        return "\n".join(lines)
    if len(lines) > 1:
        raise InputError(f"an address for {channel} has one line: {len(lines)} were given")
    if channel in (Channel.CALL, Channel.SMS):
        return _number(lines[0])
    return _mail(lines[0]) if channel is Channel.EMAIL else lines[0]


def same(channel: Channel, one: str, other: str) -> bool:
    """Whether two addresses reach the same place, however each was written."""
    return _comparable(channel, one) == _comparable(channel, other)


def tells_of(name: str, address: str) -> bool:
    """Whether a name gives the address away: it is the address, or holds the digits of its number."""
    digits, of_address = _digits(name).lstrip("0"), _digits(address)
    return name == address or (len(digits) >= _TELLING and of_address.endswith(digits))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _comparable(channel: Channel, text: str) -> str:
    try:
        return normalised(channel, text).casefold()
    except InputError:  # what was stored before it was checked
        return text.casefold()


def _number(text: str) -> str:
    if not text.startswith("+"):
        raise InputError("a telephone number begins with + and the country's code, such as +44")
    return e164(text)


def _mail(text: str) -> str:
    wrong = InputError("what was given is no e-mail address: write it like name@bank.example, without a display name")
    try:
        parsed = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        raise wrong from None
    if not parsed.username or "." not in parsed.domain.strip("."):
        raise wrong
    return parsed.addr_spec
