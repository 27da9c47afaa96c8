"""Text messages against a real HTTP server."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from activities.channels.base import ChannelUnavailable, NotTaken, Outgoing, Receipt, Rejected, Rejection, Unsure
from activities.channels.http_sms import HttpSms, HttpSmsSettings
from activities.channels.sms import Sms, SmsSettings, dialled
from domain.model.message import Rendered
from domain.model.strategy import Channel
from tests.activities.channels.messages import KEY, TEXT, outgoing

NUMBER = "0912 345 678"
QUOTED = KEY.replace("/", "%2F")


@dataclass
class Provider:
    """A provider that keeps the first message of a key; ``answers`` come first, None: silence."""

    kept: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: list[tuple[int, dict[str, str], bytes] | None] = field(default_factory=list)
    authorizations: set[str] = field(default_factory=set)
    keeps_first: bool = False
    """The message is kept, then comes the answer of the list."""


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:
        key = self.headers["Idempotency-Key"]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = key in self.provider.kept
        if not self.provider.answers or self.provider.keeps_first:
            self.provider.kept.setdefault(key, body)
        self._answer(409 if known else 202, {"id": f"m-{key}"})

    def do_GET(self) -> None:
        key = self.path.removeprefix("/v1/messages/")
        known = key in self.provider.kept
        self._answer(200 if known else 404, {"id": f"m-{key}"} if known else {"error": "unknown_key"})

    def _answer(self, code: int, body: dict[str, str]) -> None:
        self.provider.authorizations.add(self.headers["Authorization"])
        answer = self.provider.answers.pop(0) if self.provider.answers else (code, {}, json.dumps(body).encode())
        if answer is None:
            return  # the connection ends
        self.send_response(answer[0])
        for name, value in {**answer[1], "Content-Length": str(len(answer[2]))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer[2])

    def log_message(self, format: str, *args: object) -> None:
        """Tests need no log."""


@contextmanager
def running(provider: Provider) -> Iterator[str]:
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def channel(provider: Provider, tmp_path: Path) -> Iterator[Sms]:
    with running(provider) as url:
        yield sms(url, tmp_path)


def sms(url: str, folder: Path, **changes: object) -> Sms:
    (folder / "token").write_text("t0ken\n")
    http = HttpSmsSettings(url=url, token_file=folder / "token", sender="Bank", timeout_seconds=10)
    return Sms(HttpSms(http), SmsSettings.model_validate({"region": "TW"} | changes))


def message(address: str = NUMBER, text: str = TEXT) -> Outgoing:
    return outgoing(Channel.SMS, address, content=Rendered(text=text))


def answer(code: int, body: bytes = b"+886912345678", **headers: str) -> tuple[int, dict[str, str], bytes]:
    return code, {name.replace("_", "-"): value for name, value in headers.items()}, body


def test_a_message_arrives_once_under_its_key(provider: Provider, channel: Sms) -> None:
    assert channel.lookup(KEY) is None
    receipt = channel.deliver(message())
    assert channel.deliver(message(text="another text")) == receipt == channel.lookup(KEY)
    assert provider.kept == {QUOTED: {"to": "+886912345678", "text": TEXT, "from": "Bank"}}
    assert provider.authorizations == {"Bearer t0ken"}


@pytest.mark.parametrize(
    ("value", "wait"), [("120", timedelta(minutes=2)), ("soon", None), ("9999999", timedelta(days=1))]
)
def test_too_many_messages_are_tried_again_when_the_provider_says(
    provider: Provider, channel: Sms, value: str, wait: timedelta | None
) -> None:
    provider.answers.append(answer(429, Retry_After=value))
    with pytest.raises(NotTaken, match="429") as told:
        channel.deliver(message())
    assert told.value.retry_after == wait
    assert isinstance(channel.deliver(message()), Receipt)


@pytest.mark.parametrize("code", [400, 410, 413, 422])
def test_a_refusal_for_good_is_rejected_without_the_providers_words(
    provider: Provider, channel: Sms, code: int
) -> None:
    provider.answers.append(answer(code))
    with pytest.raises(Rejected, match=rf"for good \({code}\)$") as told:
        channel.deliver(message())
    assert told.value.code is Rejection.REFUSED_BY_PROVIDER


@pytest.mark.parametrize("code", [301, 401, 402, 403, 404, 405])
def test_settings_that_are_wrong_do_not_cost_the_message(provider: Provider, channel: Sms, code: int) -> None:
    provider.answers.append(answer(code, Location="http://127.0.0.1:1/"))
    with pytest.raises(NotTaken, match=f"answered {code}: check"):
        channel.deliver(message())


@pytest.mark.parametrize(
    "said", [None, answer(500), answer(503), answer(408), answer(202, b"no json"), answer(200, b"{}")]
)
@pytest.mark.parametrize("kept", [True, False])
def test_an_answer_that_says_nothing_is_cleared_up_by_asking(
    provider: Provider, channel: Sms, said: tuple[int, dict[str, str], bytes] | None, kept: bool
) -> None:
    provider.answers.append(said)
    provider.keeps_first = kept
    with pytest.raises(Unsure):
        channel.deliver(message())
    assert channel.lookup(KEY) == (Receipt(reference=f"m-{QUOTED}") if kept else None)


@pytest.mark.parametrize("said", [None, answer(404), answer(404, b"[]"), answer(401), answer(500), answer(200, b"{}")])
def test_only_the_providers_own_word_counts_as_no(
    provider: Provider, channel: Sms, said: tuple[int, dict[str, str], bytes] | None
) -> None:
    provider.answers.append(said)
    with pytest.raises(ChannelUnavailable):
        channel.lookup(KEY)


def test_nobody_at_the_address_is_surely_not_taken(tmp_path: Path) -> None:
    with running(Provider()) as url:
        pass
    with pytest.raises(NotTaken, match="no connection"):
        sms(url, tmp_path).deliver(message())
    with pytest.raises(ChannelUnavailable, match="cannot be asked"):
        sms(url, tmp_path).lookup(KEY)


@pytest.mark.parametrize("token", ["", "two\nlines", "tökén"])
def test_a_token_that_cannot_be_used_is_told_by_its_file(channel: Sms, tmp_path: Path, token: str) -> None:
    (tmp_path / "token").write_text(token)
    with pytest.raises(NotTaken, match="the secret's file") as told:
        channel.deliver(message())
    assert not token or token not in str(told.value)


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("0912345678", None),
        ("customer", "TW"),
        ("", "TW"),
        ("+886 9", "TW"),
        ("+8869123456789012", "TW"),
        ("+886912345678 ext 9", None),
    ],
)
def test_a_number_that_cannot_be_dialled_is_rejected_without_a_digit_of_it(address: str, region: str | None) -> None:
    with pytest.raises(Rejected) as told:
        dialled(address, region)
    assert told.value.code is Rejection.ADDRESS
    assert not any(sign.isdigit() for sign in str(told.value))


@pytest.mark.parametrize(
    ("address", "region", "number"),
    [
        ("0912-345-678", "TW", "+886912345678"),
        ("+44 7400 123456", "TW", "+447400123456"),
        ("138 0013 8000", "CN", "+8613800138000"),
    ],
)
def test_a_number_is_written_as_every_network_dials_it(address: str, region: str, number: str) -> None:
    assert dialled(address, region) == number


@pytest.mark.parametrize(
    ("text", "segments"), [("a" * 320, 3), ("[" * 160, 3), ("長" * 140, 3), ("長" * 71 + "a" * 70, 3)]
)
def test_a_text_of_too_many_segments_is_rejected_before_anybody_is_asked(
    provider: Provider, tmp_path: Path, text: str, segments: int
) -> None:
    with running(provider) as url:
        with pytest.raises(
            Rejected, match=rf"^the text needs {segments} segments \(\w+\), at most 2 are sent$"
        ) as long:
            sms(url, tmp_path, most_segments=2).deliver(message(text=text))
        with pytest.raises(Rejected, match="empty") as empty:
            sms(url, tmp_path).deliver(message(text=" "))
        assert (long.value.code, empty.value.code) == (Rejection.TOO_LONG, Rejection.NO_TEXT)
        assert provider.kept == {}
        sms(url, tmp_path, most_segments=3).deliver(message(text=text))
    assert len(provider.kept) == 1
