"""What providers report of messages: is the report theirs and fresh, and what does it say?"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from domain.model.delivery import DeliveryReport
from domain.model.errors import InputError

REPLAY_WINDOW = timedelta(minutes=5)
"""How far a report's time may lie from ours, before or after."""
MOST_BYTES = 64 * 1024
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


class _Body(DeliveryReport, extra="ignore"):
    """The report as it is sent: later versions of the protocol may say more."""


def signed(secret: str, at: datetime, body: bytes) -> str:
    """The header ``Duecourse-Signature`` of a body: HMAC-SHA256 over the time, a point, and the raw body."""
    stamp = int(at.timestamp())
    return f"t={stamp},v1={_mac(secret, stamp, body)}"


def read_report(header: str, body: bytes, secrets: Sequence[str], now: datetime) -> DeliveryReport:
    """The report of a signed body; several secrets: an old one stays good while it is changed.

    Raises InputError for one that is not the provider's, or not of now, or cannot be read; its content is never told.
    """
    _check(header, body, secrets, now)
    try:
        report = _Body.model_validate_json(body)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"]) or "body"
        raise _unreadable(place) from None
    # what it tells may be old, as reports may come late; it cannot lie ahead, and no calendar ends at it
    if not _FIRST <= report.at <= now + REPLAY_WINDOW:
        raise _unreadable("at")
    return DeliveryReport(**report.model_dump())


def _unreadable(place: str) -> InputError:
    return InputError(f"the delivery report cannot be read: {place} is wrong")


def _check(header: str, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    if len(body) > MOST_BYTES:
        raise InputError("the delivery report is larger than 64 KiB")
    match = _SIGNATURE.fullmatch(header)
    if match is None:
        raise InputError("the delivery report has no signature of the form t=<seconds>,v1=<64 hexadecimal digits>")
    stamp, given = int(match[1]), match[2]
    # all secrets are tried and compared in constant time: the time tells nothing
    good = [hmac.compare_digest(_mac(secret, stamp, body), given) for secret in secrets if secret]
    if not any(good):
        raise InputError("the delivery report's signature is wrong: check the shared secret")
    if abs(now.timestamp() - stamp) > REPLAY_WINDOW.total_seconds():
        raise InputError("the delivery report was signed too long ago or ahead of time: check the clocks")


def _mac(secret: str, stamp: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
