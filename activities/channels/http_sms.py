"""A provider of text messages that speaks the JSON protocol of docs/channels.md."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

import httpx
from pydantic import Field, ValidationError, field_validator

from activities.channels.base import ChannelUnavailable, NotTaken, Rejected, Unsure
from activities.channels.settings import secret
from domain.model.base import Model
from domain.model.errors import InputError

_TAKEN = frozenset((HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.CONFLICT))
_OURS_TO_MEND = frozenset((401, 402, 403, 404, 405, 407))
"""Token, account or address of the interface are wrong, not the message."""
_UNDECIDED = frozenset((408, 425))
_LONGEST_WAIT = timedelta(days=1)
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class HttpSmsSettings(Model):
    """Where the provider's interface is, and how to show who asks."""

    url: str
    """``https://sms.example/v1``; plain http only on this machine."""
    token_file: Path
    sender: str | None = None
    """Number or name that the receiver sees; None: the provider's choice."""
    ca_file: Path | None = None
    """Certificates to trust in place of the usual ones."""
    timeout_seconds: float = Field(default=20, gt=0)

    @field_validator("url")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        try:
            url = httpx.URL(value)
        except httpx.InvalidURL:
            url = httpx.URL()
        here = url.scheme == "http" and url.host in ("127.0.0.1", "localhost", "::1")
        if not url.host or url.userinfo or set(value) & set("?#") or not (here or url.scheme == "https"):
            raise ValueError("an https address is needed, without a user, a query and a fragment")
        return value.rstrip("/")


class _Taken(Model, extra="ignore"):
    """The provider's word that it has a message."""

    id: str = Field(min_length=1, max_length=200)


class HttpSms:
    """One provider; a client is shared by all threads. Raises InputError for certificates that cannot be read."""

    def __init__(self, settings: HttpSmsSettings) -> None:
        self._settings = settings
        self._client = httpx.Client(
            verify=_trusted(settings.ca_file), timeout=settings.timeout_seconds, follow_redirects=False
        )

    def send(self, key: str, to: str, text: str) -> str:
        """POST /messages under the key."""
        body = {"to": to, "text": text}
        if self._settings.sender is not None:
            body["from"] = self._settings.sender
        headers = {"Idempotency-Key": _token(key), **self._authorization()}
        with self._transport():
            answer = self._client.post(f"{self._settings.url}/messages", json=body, headers=headers)
        if answer.status_code not in _TAKEN:
            _refused(answer)
        taken = _taken(answer)
        if taken is None:
            raise Unsure(f"the SMS provider answered {answer.status_code} without the id of the message")
        return taken.id

    def status(self, key: str) -> str | None:
        """GET /messages/{key}; only the provider's own word for an unknown key counts as no."""
        try:
            answer = self._client.get(f"{self._settings.url}/messages/{_token(key)}", headers=self._authorization())
        except httpx.HTTPError as error:
            raise ChannelUnavailable(f"the SMS provider cannot be asked ({type(error).__name__})") from None
        taken = _taken(answer) if answer.status_code == HTTPStatus.OK else None
        if taken is not None:
            return taken.id
        if answer.status_code == HTTPStatus.NOT_FOUND and _says_unknown_key(answer):
            return None
        raise ChannelUnavailable(f"the SMS provider does not say what became of a message ({answer.status_code})")

    def _authorization(self) -> dict[str, str]:
        token = secret(self._settings.token_file)
        if not token.isascii():
            raise NotTaken(f"the secret's file {self._settings.token_file} holds signs that no token has")
        return {"Authorization": f"Bearer {token}"}

    @contextmanager
    def _transport(self) -> Iterator[None]:
        try:
            yield
        except _NEVER_LEFT as error:
            raise NotTaken(f"no connection to the SMS provider ({type(error).__name__}); it is tried again") from None
        except httpx.HTTPError as error:
            raise Unsure(f"the SMS provider did not answer ({type(error).__name__})") from None


def _trusted(ca_file: Path | None) -> ssl.SSLContext | bool:
    try:
        return True if ca_file is None else ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise InputError(
            f"DUECOURSE_SMS_HTTP__CA_FILE: {ca_file} cannot be read: put the certificates there (PEM)"
        ) from None


def _refused(answer: httpx.Response) -> NoReturn:
    """What an answer means that is no yes; its body may repeat the number, so it is not told."""
    code = answer.status_code
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        wait = _wait(answer.headers.get("Retry-After", ""))
        raise NotTaken("the SMS provider asks for fewer messages (429); it is tried again", retry_after=wait)
    if code in _OURS_TO_MEND or 300 <= code < 400:
        raise NotTaken(f"the SMS provider answered {code}: check its address, the token and the account")
    if 400 <= code < 500 and code not in _UNDECIDED:
        raise Rejected(f"the SMS provider refused the message for good ({code})")
    raise Unsure(f"the SMS provider answered {code}")


def _wait(value: str) -> timedelta | None:
    """Retry-After by RFC 9110 10.2.3, seconds or a date; None when it says nothing."""
    try:
        wait = timedelta(seconds=int(value)) if value.isdigit() else parsedate_to_datetime(value) - datetime.now(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), _LONGEST_WAIT)


def _taken(answer: httpx.Response) -> _Taken | None:
    try:
        return _Taken.model_validate_json(answer.content)
    except ValidationError:
        return None


def _says_unknown_key(answer: httpx.Response) -> bool:
    try:
        said = answer.json()
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("error") == "unknown_key"


def _token(key: str) -> str:
    """The key as a header and a path can carry it: percent-encoded."""
    return quote(key, safe="")
