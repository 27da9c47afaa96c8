"""E-mail by SMTP, under TLS or not at all: what the server said decides whether the message may be tried again."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Literal, NoReturn, Self

from pydantic import Field, field_validator, model_validator

from activities.channels.base import CannotTell, NotTaken, Outgoing, Receipt, Rejected, Rejection, Unsure
from activities.channels.mail import WrongAddress, compose, mail_address, message_id
from activities.channels.settings import secret
from domain.model.base import Model

_TOO_LARGE = 552
_LOGIN_WANTED = frozenset((530, 534, 535, 538))
"""RFC 4954: the settings are wrong, not the message."""


class EmailSettings(Model):
    """One mail server and the sender that it knows."""

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    tls: Literal["starttls", "implicit"] = "starttls"
    """``implicit`` speaks TLS from the first byte, usually on port 465."""
    ca_file: Path | None = None
    """Certificates to trust in place of the system's."""
    user: str | None = None
    password_file: Path | None = None
    sender: str
    """From, and the envelope's sender: ``collections@bank.example`` or ``Bank <collections@bank.example>``."""
    reply_to: str | None = None
    unsubscribe: str | None = None
    """``mailto:`` or ``https:`` address of List-Unsubscribe; ``{reference}`` becomes the message's own reference."""
    timeout_seconds: float = Field(default=30, gt=0)

    @field_validator("sender", "reply_to")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None:
            mail_address(value)
        return value

    @field_validator("unsubscribe")
    @classmethod
    def _is_a_place(cls, value: str | None) -> str | None:
        if value is not None and (not value.startswith(("mailto:", "https:")) or not value.isascii() or " " in value):
            raise ValueError("an address that starts with mailto: or https: is needed")
        return value

    @model_validator(mode="after")
    def _login_is_whole(self) -> Self:
        if (self.user is None) != (self.password_file is None):
            raise ValueError("user and password_file are needed together")
        return self


class Email:
    """Hands messages to one mail server; a server knows no keys, so ``lookup`` can never tell."""

    def __init__(self, settings: EmailSettings, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings = settings
        self._now = now

    def deliver(self, message: Outgoing) -> Receipt:
        """Hand the message over; the receipt is its Message-ID. Every refusal before the end is NotTaken."""
        settings = self._settings
        try:
            to = mail_address(message.address)
            mail = compose(
                message, to, settings.sender, self._now(), reply_to=settings.reply_to, unsubscribe=settings.unsubscribe
            )
        except WrongAddress as error:
            raise Rejected(str(error), Rejection.ADDRESS) from None
        sender = mail_address(settings.sender).addr_spec
        wide = not (to.addr_spec.isascii() and sender.isascii())
        with self._session() as smtp:
            self._envelope(smtp, sender, to.addr_spec, wide=wide)
            self._content(smtp, mail.as_bytes(policy=SMTPUTF8 if wide else SMTP))
        return Receipt(reference=message_id(message.key, settings.sender))

    def lookup(self, key: str) -> Receipt | None:  # noqa: ARG002 a mail server knows no keys
        """SMTP has no question for this."""
        raise CannotTell("a mail server cannot be asked what became of a message")

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection under TLS, logged in; closed in the end."""
        password = secret(self._settings.password_file) if self._settings.password_file else ""
        smtp = self._connected()
        try:
            self._log_in(smtp, password)
            yield smtp
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()  # the server has answered already: what it says to this changes nothing
        finally:
            smtp.close()

    def _log_in(self, smtp: smtplib.SMTP, password: str) -> None:
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._settings.user is not None:
                smtp.login(self._settings.user, password)
        except (OSError, smtplib.SMTPException) as error:
            self._not_taken(_why(error))

    def _connected(self) -> smtplib.SMTP:
        try:
            context = ssl.create_default_context(cafile=self._settings.ca_file)
        except OSError:
            self._not_taken(f"the CA file {self._settings.ca_file} cannot be read: put the certificates there (PEM)")
        try:
            return self._open(context)
        except (OSError, smtplib.SMTPException) as error:
            self._not_taken(_why(error))

    def _open(self, context: ssl.SSLContext) -> smtplib.SMTP:
        host, port, timeout = self._settings.host, self._settings.port, self._settings.timeout_seconds
        if self._settings.tls == "implicit":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
        smtp = smtplib.SMTP(host, port, timeout=timeout)
        try:
            smtp.starttls(context=context)  # raises when it is not offered: nothing is ever sent in clear text
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _envelope(self, smtp: smtplib.SMTP, sender: str, to: str, *, wide: bool) -> None:
        """MAIL, RCPT and DATA up to the server's go-ahead: until then the server surely does not have the message."""
        if wide and not smtp.has_extn("smtputf8"):
            raise Rejected(
                "the address has letters that this mail server does not take (no SMTPUTF8)", Rejection.ADDRESS
            )
        options = ["SMTPUTF8", "BODY=8BITMIME"] if wide else []
        steps: tuple[tuple[str, int, Callable[[], tuple[int, bytes]]], ...] = (
            ("the sender", 250, lambda: smtp.mail(sender, options)),
            ("the address", 250, lambda: smtp.rcpt(to)),
            ("the message", 354, lambda: smtp.docmd("DATA")),
        )
        for what, wanted, step in steps:
            try:
                code = step()[0]
            except (OSError, smtplib.SMTPException) as error:
                self._not_taken(_why(error))
            if code // 10 != wanted // 10:
                # a sender that is refused is a matter of settings, unless the message is what is wrong
                self._refused(code, what, for_good=code // 100 == 5 and (what != "the sender" or code == _TOO_LARGE))

    def _content(self, smtp: smtplib.SMTP, content: bytes) -> None:
        """The message itself: from here on a silence means that nobody knows."""
        try:
            smtp.send(_with_dots(content))
            code = smtp.getreply()[0]
        except (OSError, smtplib.SMTPException):
            raise Unsure("the connection to the mail server ended after the message had begun to leave") from None
        if code // 100 in (4, 5):
            self._refused(code, "the message", for_good=code // 100 == 5)
        if code // 100 != 2:
            raise Unsure(f"the mail server answered the whole message with code {code}, which says nothing")

    def _refused(self, code: int, what: str, *, for_good: bool) -> NoReturn:
        """A refusal by code only: a server's words may repeat the address."""
        if for_good and code not in _LOGIN_WANTED:
            raise Rejected(f"the mail server refused {what} for good (code {code})")
        self._not_taken(f"it refused {what} with code {code}")

    def _not_taken(self, why: str) -> NoReturn:
        where = f"{self._settings.host}:{self._settings.port}"
        raise NotTaken(f"the mail server {where} did not take the message: {why}; it is tried again") from None


def _with_dots(content: bytes) -> bytes:
    """The content as DATA wants it, by RFC 5321 4.5.2: CRLF, leading dots doubled, ended by a dot of its own."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def _why(error: Exception) -> str:
    """What stands in the way of a connection, and what to do about it."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it offers no TLS (STARTTLS) or no login, and nothing is sent in clear text: use a server that does"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message}): check the host's name and the CA file"
    if isinstance(error, ssl.SSLError):
        return "TLS could not be agreed: check the port and whether tls is starttls or implicit"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"it refused the login (code {error.smtp_code}): check user and password file"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered with code {error.smtp_code}"
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return f"no connection ({error.strerror or type(error).__name__})"
    return "it ended the connection"
