"""Delivery reports: whose they are, and what they say."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from domain.delivery_report import REPLAY_WINDOW, read_report, signed
from domain.model.delivery import DeliveryReport, DeliveryState
from domain.model.errors import InputError

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BODY = json.dumps(
    {"key": "A-1/1/x/1", "state": "delivered", "at": "2026-03-02T09:29:00Z", "provider_ref": "m-1"}
).encode()
SECRET = "s3cret"


def test_a_signed_report_is_read() -> None:
    read = read_report(signed(SECRET, NOW, BODY), BODY, [SECRET], NOW)
    assert read == DeliveryReport(
        key="A-1/1/x/1", state=DeliveryState.DELIVERED, at=NOW - timedelta(minutes=1), provider_ref="m-1"
    )


def test_the_signature_is_that_of_the_documented_form() -> None:
    # printf '1772443800.{}' | openssl dgst -sha256 -hmac s3cret
    assert signed(SECRET, NOW, b"{}") == (
        "t=1772443800,v1=08ca07c714a1cc9f7943b6a180b1f556ed03d3f288349443c8426e3598893025"
    )


def test_an_old_secret_stays_good_while_it_is_changed() -> None:
    assert read_report(signed("old", NOW, BODY), BODY, ["new", "old"], NOW).key == "A-1/1/x/1"


@pytest.mark.parametrize("apart", [REPLAY_WINDOW, -REPLAY_WINDOW])
def test_the_window_is_open_to_its_end_and_closed_after(apart: timedelta) -> None:
    header = signed(SECRET, NOW, BODY)
    read_report(header, BODY, [SECRET], NOW + apart)
    with pytest.raises(InputError, match="too long ago or ahead"):
        read_report(header, BODY, [SECRET], NOW + apart * 1.01)


@pytest.mark.parametrize(
    ("header", "body", "secrets", "line"),
    [
        (signed("other", NOW, BODY), BODY, [SECRET], "signature is wrong"),
        (signed(SECRET, NOW, BODY), BODY + b" ", [SECRET], "signature is wrong"),
        (signed(SECRET, NOW, BODY).replace("t=1", "t=2"), BODY, [SECRET], "signature is wrong"),
        (signed(SECRET, NOW, BODY), BODY, [], "signature is wrong"),
        (signed("", NOW, BODY), BODY, [""], "signature is wrong"),
        ("", BODY, [SECRET], "no signature of the form"),
        ("t=1,v1=zz", BODY, [SECRET], "no signature of the form"),
        (signed(SECRET, NOW, b"x" * 70_000), b"x" * 70_000, [SECRET], "larger than 64 KiB"),
        (signed(SECRET, NOW, b"[]"), b"[]", [SECRET], "cannot be read: body is wrong"),
        (signed(SECRET, NOW, b"\xff"), b"\xff", [SECRET], "cannot be read: body is wrong"),
    ],
)
def test_a_report_that_is_not_theirs_or_no_report_is_refused(
    header: str, body: bytes, secrets: list[str], line: str
) -> None:
    with pytest.raises(InputError, match=line):
        read_report(header, body, secrets, NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "read by +886912345678"),
        ("at", "2026-03-02T09:29:00"),
        ("at", None),
        ("at", "2026-03-02T09:35:01Z"),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("at", "9999-12-31T23:59:59-14:00"),
        ("key", ""),
        ("key", "A-1\n"),
        ("key", "A-1\x00"),
        ("key", 4711),
        ("provider_ref", "m\x00"),
        ("provider_ref", "m" * 201),
    ],
)
def test_a_field_that_cannot_be_read_is_named_and_not_repeated(field: str, value: object) -> None:
    body = json.dumps(json.loads(BODY) | {field: value}).encode()
    with pytest.raises(InputError, match=rf"cannot be read: {field} is wrong$"):
        read_report(signed(SECRET, NOW, body), body, [SECRET], NOW)


def test_a_later_version_may_say_more() -> None:
    body = json.dumps(json.loads(BODY) | {"network": "x"}).encode()
    assert read_report(signed(SECRET, NOW, body), body, [SECRET], NOW).provider_ref == "m-1"


def test_a_report_that_comes_weeks_late_is_read() -> None:
    body = json.dumps(json.loads(BODY) | {"at": "2026-01-02T09:29:00+08:00"}).encode()
    assert read_report(signed(SECRET, NOW, body), body, [SECRET], NOW).at == datetime(2026, 1, 2, 1, 29, tzinfo=UTC)
