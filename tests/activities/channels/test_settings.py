"""Settings of channels are checked once, and no value of them is repeated."""

from pathlib import Path

import pytest

import worker
from activities.channels.email import EmailSettings
from activities.channels.http_sms import HttpSmsSettings
from activities.channels.settings import checked
from activities.channels.sms import SmsSettings
from domain.model.errors import InputError
from ledger.engine import Ledger
from starter.settings import Settings


def test_settings_come_as_texts() -> None:
    settings = checked(EmailSettings, "email", {"host": "mail.example", "port": "465", "sender": "bank@bank.example"})
    assert (settings.host, settings.port, settings.tls) == ("mail.example", 465, "starttls")


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"sender": "bank@bank.example"}, r"^DUECOURSE_EMAIL__HOST: Field required$"),
        ({"host": "h", "sender": "secret-place"}, r"^DUECOURSE_EMAIL__SENDER: .*not that of one mailbox$"),
        ({"host": "h", "sender": "a@b.example", "tsl": "implicit"}, r"^DUECOURSE_EMAIL__TSL: Extra inputs"),
        ({"host": "h", "sender": "a@b.example", "user": "secret-user"}, r"^DUECOURSE_EMAIL: .* needed together$"),
    ],
)
def test_what_is_wrong_is_named_and_not_repeated(values: dict[str, str], line: str) -> None:
    with pytest.raises(InputError, match=line) as told:
        checked(EmailSettings, "email", values)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://sms.example/v1",
        "https://user:word@sms.example",
        "https://sms.example?x=1",
        "https://sms.example/v1?",
        "https://sms.example/v1#x",
        "sms.example",
        "",
    ],
)
def test_an_sms_provider_is_asked_under_tls_only(url: str) -> None:
    with pytest.raises(InputError, match=r"^DUECOURSE_SMS_HTTP__URL: .*an https address is needed"):
        checked(HttpSmsSettings, "sms_http", {"url": url, "token_file": "token"})


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_worker_offers_no_text_messages_with_certificates_that_cannot_be_read(
    ledger: Ledger, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    provider = {"url": "https://sms.example", "token_file": "token", "ca_file": str(tmp_path / "ca.pem")}
    with pytest.raises(InputError, match=r"^DUECOURSE_SMS_HTTP__CA_FILE: .*/ca\.pem cannot be read: .*PEM"):
        worker.channels(Settings(sms_http=provider), ledger)


def test_a_country_that_nobody_dials_is_refused() -> None:
    with pytest.raises(InputError, match=r"^DUECOURSE_SMS__REGION: "):
        checked(SmsSettings, "sms", {"region": "XX"})


def test_a_worker_offers_no_letters_that_it_could_not_print(ledger: Ledger, tmp_path: Path) -> None:
    letter = {"folder": str(tmp_path), "sender": "Bank", "font": "/nonexist.ttf"}
    with pytest.raises(
        InputError, match=r"^DUECOURSE_LETTER__FONT: .*/nonexist\.ttf is missing .* fonts-wqy-zenhei, .*$"
    ):
        worker.channels(Settings(letter=letter), ledger)
