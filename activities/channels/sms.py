"""Text messages: a number that can be dialled everywhere, a text that stays within its segments, one provider."""

from typing import Protocol

import phonenumbers
from pydantic import Field, field_validator

from activities.channels.base import Outgoing, Receipt, Rejected, Rejection
from domain.model.base import Model
from domain.model.errors import InputError
from domain.phone_number import e164
from domain.sms_length import sms_length


class SmsSettings(Model):
    """What holds for every provider."""

    region: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    """Country of numbers that are written without one (``TW``); None: such numbers are rejected."""
    most_segments: int = Field(default=4, ge=1, le=10)

    @field_validator("region")
    @classmethod
    def _is_known(cls, value: str | None) -> str | None:
        if value is not None and value not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError("no country with telephone numbers has this code")
        return value


class SmsProvider(Protocol):
    """One company that sends text messages; it keeps the key of every message that it took."""

    def send(self, key: str, to: str, text: str) -> str:
        """Its reference for the key's message, the first one for a key that it knows.

        Raises Rejected, Unsure, NotTaken or ChannelUnavailable.
        """
        ...

    def status(self, key: str) -> str | None:
        """Its reference for the key, None when it surely has none. Raises ChannelUnavailable or CannotTell."""
        ...


class Sms:
    """Hands text messages to one provider."""

    def __init__(self, provider: SmsProvider, settings: SmsSettings) -> None:
        self._provider = provider
        self._settings = settings

    def deliver(self, message: Outgoing) -> Receipt:
        """Hand the message over; what cannot be sent as it is is rejected before anybody is asked."""
        to = dialled(message.address, self._settings.region)
        length, most = sms_length(message.content.text), self._settings.most_segments
        if not message.content.text.strip():
            raise Rejected("the text message is empty", Rejection.NO_TEXT)
        if length.segments > most:
            raise Rejected(
                f"the text needs {length.segments} segments ({length.encoding}), at most {most} are sent",
                Rejection.TOO_LONG,
            )
        return Receipt(reference=self._provider.send(message.key, to, message.content.text))

    def lookup(self, key: str) -> Receipt | None:
        """What the provider has under the key."""
        reference = self._provider.status(key)
        return Receipt(reference=reference) if reference is not None else None


def dialled(number: str, region: str | None) -> str:
    """The number as every network dials it. Raises Rejected without a digit of it."""
    try:
        return e164(number, region)
    except InputError as refused:
        raise Rejected(str(refused), Rejection.ADDRESS) from None
