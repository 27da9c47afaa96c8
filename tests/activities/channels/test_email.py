"""E-mail against a real mail server with TLS."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from activities.channels.base import CannotTell, NotTaken, Outgoing, Receipt, Rejected, Rejection, Unsure
from activities.channels.email import Email, EmailSettings
from domain.model.message import Rendered
from domain.model.strategy import Channel
from tests.activities.channels.mail_server import CUT, Certificate, Mailroom, certificate, mail_server
from tests.activities.channels.messages import KEY, TEXT, outgoing

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("own"))


@pytest.fixture
def room() -> Mailroom:
    return Mailroom()


@pytest.fixture
def port(room: Mailroom, own: Certificate) -> Iterator[int]:
    with mail_server(room, starttls=own) as port:
        yield port


def email(port: int, own: Certificate, **changes: object) -> Email:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "ca_file": own.pem,
        "sender": "Example Bank <collections@bank.example>",
        "timeout_seconds": 10,
    }
    return Email(EmailSettings.model_validate(values | changes), now=lambda: NOW)


def message(address: str = "customer@mail.example", **changes: object) -> Outgoing:
    return outgoing(Channel.EMAIL, address, **changes)


def test_a_message_arrives_with_its_parts_and_the_headers_of_its_key(
    room: Mailroom, port: int, own: Certificate
) -> None:
    channel = email(
        port, own, reply_to="help@bank.example", unsubscribe="https://bank.example/stop?message={reference}"
    )
    content = Rendered(subject="您的帳戶", text=f"{TEXT}\n.\n..繳款\n" + "長" * 1200, html="<p>您好</p>")
    receipt = channel.deliver(message(content=content, locale="zh-TW"))
    (mail,) = room.accepted
    assert (mail["From"], mail["To"]) == ("Example Bank <collections@bank.example>", "customer@mail.example")
    assert (mail["Reply-To"], mail["Subject"]) == ("help@bank.example", "您的帳戶")
    assert mail["Date"].datetime == NOW
    assert (mail["Content-Language"], mail["Auto-Submitted"]) == ("zh-TW", "auto-generated")
    assert mail["Message-ID"] == receipt.reference
    reference = receipt.reference[1:].split("@")[0]
    assert receipt.reference == f"<{reference}@bank.example>"
    assert mail["X-Idempotency-Key"] == reference
    assert mail["List-Unsubscribe"].strip() == f"<https://bank.example/stop?message={reference}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = mail.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == content.text + "\n"
    assert html.get_content().strip() == "<p>您好</p>"
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")


def test_every_attempt_under_a_key_sends_the_same_message(room: Mailroom, port: int, own: Certificate) -> None:
    channel = email(port, own, unsubscribe="mailto:stop@bank.example")
    content = Rendered(text=TEXT, html="<p>x</p>")
    assert channel.deliver(message(content=content)) == channel.deliver(message(content=content))
    one, other = room.accepted
    assert one.as_bytes() == other.as_bytes()
    assert "Subject" not in one
    assert "List-Unsubscribe-Post" not in one


@pytest.mark.parametrize("place", ["at_sender", "at_address", "at_content"])
def test_a_refusal_for_now_is_surely_not_taken_and_the_next_attempt_arrives(
    room: Mailroom, port: int, own: Certificate, place: str
) -> None:
    getattr(room, place).append("451 try again, customer@mail.example")
    channel = email(port, own)
    with pytest.raises(NotTaken, match=r"refused .* with code 451; it is tried again$") as refused:
        channel.deliver(message())
    assert "mail.example" not in str(refused.value)
    assert room.accepted == []
    assert isinstance(channel.deliver(message()), Receipt)
    assert len(room.accepted) == 1


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("at_address", "550 no such user customer@mail.example"),
        ("at_content", "554 spam"),
        ("at_sender", "552 too large"),
    ],
)
def test_a_refusal_for_good_is_rejected_by_code_only(
    room: Mailroom, port: int, own: Certificate, place: str, answer: str
) -> None:
    getattr(room, place).append(answer)
    with pytest.raises(Rejected, match=rf"^the mail server refused the \w+ for good \(code {answer[:3]}\)$") as refused:
        email(port, own).deliver(message())
    assert refused.value.code is Rejection.REFUSED_BY_PROVIDER
    assert room.accepted == []


@pytest.mark.parametrize("answer", ["550 who are you", "530 log in first"])
def test_a_sender_that_is_refused_waits_for_better_settings(
    room: Mailroom, port: int, own: Certificate, answer: str
) -> None:
    room.at_sender.append(answer)
    with pytest.raises(NotTaken, match="refused the sender"):
        email(port, own).deliver(message())


def test_a_connection_that_ends_after_the_content_leaves_everybody_unsure(
    room: Mailroom, port: int, own: Certificate
) -> None:
    room.at_content.append(CUT)
    channel = email(port, own)
    with pytest.raises(Unsure):
        channel.deliver(message())
    assert room.seen == 1
    with pytest.raises(CannotTell):
        channel.lookup(KEY)


def test_an_answer_that_says_nothing_leaves_everybody_unsure(room: Mailroom, port: int, own: Certificate) -> None:
    room.at_content.append("354 what")
    with pytest.raises(Unsure):
        email(port, own).deliver(message())


def test_a_connection_that_ends_before_the_content_is_surely_not_taken(
    room: Mailroom, port: int, own: Certificate
) -> None:
    room.at_address.append(CUT)
    with pytest.raises(NotTaken):
        email(port, own).deliver(message())
    assert room.seen == 0


def test_a_server_without_tls_gets_nothing(room: Mailroom, own: Certificate) -> None:
    with mail_server(room) as port, pytest.raises(NotTaken, match=r"offers no TLS .* nothing is sent in clear") as told:
        email(port, own).deliver(message())
    assert "\n" not in str(told.value)
    assert room.seen == 0


def test_tls_from_the_first_byte(room: Mailroom, own: Certificate) -> None:
    with mail_server(room, implicit=own) as port:
        email(port, own, tls="implicit").deliver(message())
    assert len(room.accepted) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    room: Mailroom, own: Certificate, tmp_path: Path, tls: str
) -> None:
    other = certificate(tmp_path / "other")
    running = mail_server(room, **{tls: other})  # type: ignore[arg-type]
    with (
        running as port,
        pytest.raises(NotTaken, match=r"its certificate is not trusted \(.*\): check"),
    ):
        email(port, own, tls=tls).deliver(message())
    assert room.seen == 0


def test_a_certificate_of_another_host_is_refused(room: Mailroom, tmp_path: Path) -> None:
    other = certificate(tmp_path, host="127.0.0.2")
    with mail_server(room, starttls=other) as port, pytest.raises(NotTaken, match="its certificate is not trusted"):
        email(port, other).deliver(message())


def test_nobody_at_the_port_is_surely_not_taken(own: Certificate) -> None:
    with mail_server(Mailroom(), starttls=own) as port:
        pass
    with pytest.raises(NotTaken, match=r"no connection \("):
        email(port, own).deliver(message())


def test_ca_and_password_files_that_cannot_be_read_are_named(port: int, own: Certificate, tmp_path: Path) -> None:
    with pytest.raises(NotTaken, match=r"the CA file .*gone\.pem cannot be read"):
        email(port, own, ca_file=tmp_path / "gone.pem").deliver(message())
    with pytest.raises(NotTaken, match=r"the secret's file .*gone cannot be read"):
        email(port, own, user="u", password_file=tmp_path / "gone").deliver(message())


def test_the_login_is_read_from_its_file_at_every_attempt(room: Mailroom, own: Certificate, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("wrong\n")
    with mail_server(room, starttls=own, login=lambda user, word: (user, word) == (b"bank", b"right")) as port:
        channel = email(port, own, user="bank", password_file=file)
        with pytest.raises(NotTaken, match=r"refused the login \(code 535\)"):
            channel.deliver(message())
        file.write_text("right\n")
        channel.deliver(message())
    assert len(room.accepted) == 1


def test_a_line_break_in_the_subject_cannot_forge_a_header(room: Mailroom, port: int, own: Certificate) -> None:
    content = Rendered(subject="Hello\r\nBcc: all@bank.example\u2028X: y\x00", text=TEXT)
    email(port, own).deliver(message(content=content))
    (mail,) = room.accepted
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: all@bank.example X: y"
    assert room.envelopes[0].rcpt_tos == ["customer@mail.example"]


@pytest.mark.parametrize(
    "address",
    [
        "customer@mail.example\r\nBcc: all@bank.example",
        "customer@mail.example>\r\nRCPT TO:<all@bank.example",
        "a@mail.example, b@mail.example",
        "customer",
        "@mail.example",
        "customer@",
        "customer @mail.example",
        "customer@mail..example",
        "customer@mail example",
        "",
    ],
)
def test_what_is_not_one_mailbox_is_rejected_without_being_repeated(own: Certificate, address: str) -> None:
    with pytest.raises(Rejected, match="the e-mail address") as refused:
        email(1, own).deliver(message(address))
    assert refused.value.code is Rejection.ADDRESS
    assert not address or address.strip() not in str(refused.value)


def test_an_international_domain_travels_as_dns_knows_it(room: Mailroom, own: Certificate) -> None:
    with mail_server(room, starttls=own, wide=False) as port:
        email(port, own).deliver(message("kunde@bücher.example"))
    assert room.envelopes[0].rcpt_tos == ["kunde@xn--bcher-kva.example"]


def test_an_international_mailbox_needs_a_server_that_takes_it(room: Mailroom, port: int, own: Certificate) -> None:
    email(port, own).deliver(message("客戶@mail.example"))
    assert room.envelopes[0].rcpt_tos == ["客戶@mail.example"]
    assert room.accepted[0]["To"] == "客戶@mail.example"
    no_smtputf8 = pytest.raises(Rejected, match="no SMTPUTF8")
    with mail_server(Mailroom(), starttls=own, wide=False) as narrow, no_smtputf8 as refused:
        email(narrow, own).deliver(message("客戶@mail.example"))
    assert refused.value.code is Rejection.ADDRESS


@pytest.mark.parametrize(
    "changes",
    [
        {"tls": "none"},
        {"sender": "bank"},
        {"unsubscribe": "http://bank.example"},
        {"unsubscribe": "https://bank.example/\r\nX: y"},
        {"reply_to": "a@x.example\nBcc: b@x.example"},
        {"user": "u"},
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(own: Certificate, changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        email(1, own, **changes)
