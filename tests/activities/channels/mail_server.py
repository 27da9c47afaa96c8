"""A real mail server for the tests: TLS with a throw-away certificate, and an answer of the test's choice."""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ACCEPTED = "250 OK"
CUT = "cut"
"""The connection ends without an answer."""


@dataclass
class Mailroom:
    """Answers of the server, in order, ACCEPTED when none is left; and what it accepted."""

    at_sender: list[str] = field(default_factory=list)
    at_address: list[str] = field(default_factory=list)
    at_content: list[str] = field(default_factory=list)
    accepted: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    seen: int = 0
    """Messages whose content arrived, whatever was answered."""

    async def handle_MAIL(  # noqa: N802 the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = _next(self.at_sender)
        if answer == ACCEPTED:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802 the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = _next(self.at_address)
        if answer == CUT:
            _cut(server)
        elif answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.seen += 1
        answer = _next(self.at_content)
        if answer == CUT:
            _cut(server)
        elif answer == ACCEPTED:
            assert isinstance(envelope.content, bytes)
            self.accepted.append(message_from_bytes(envelope.content, EmailMessage, policy=SMTPUTF8))
            self.envelopes.append(envelope)
        return answer


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 that is its own authority."""

    pem: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.pem, self.key)
        return context


def certificate(folder: Path, *, host: str = "127.0.0.1") -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    result = Certificate(folder / "cert.pem", folder / "key.pem")
    result.pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    result.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return result


class _AnyPort(Controller):
    """A server at a port that the system chose; the library knocks at the port that it was told."""

    def _trigger_server(self) -> None:
        socket.create_connection(self.server.sockets[0].getsockname(), timeout=5).close()


@contextmanager
def mail_server(
    room: Mailroom,
    *,
    starttls: Certificate | None = None,
    implicit: Certificate | None = None,
    wide: bool = True,
    login: Callable[[bytes, bytes], bool] | None = None,
) -> Iterator[int]:
    """The port of a server that runs while the context is open."""

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert login is not None
        return AuthResult(success=login(data.login, data.password), handled=False)  # type: ignore[attr-defined]

    controller = _AnyPort(
        room,
        hostname="127.0.0.1",
        port=0,
        ssl_context=implicit.context if implicit else None,
        tls_context=starttls.context if starttls else None,
        enable_SMTPUTF8=wide,
        **({"authenticator": check, "auth_required": True} if login else {}),
    )
    controller.start()
    try:
        yield controller.server.sockets[0].getsockname()[1]
    finally:
        controller.stop()


def _next(answers: list[str]) -> str:
    return answers.pop(0) if answers else ACCEPTED


def _cut(server: SMTP) -> None:
    server.transport.abort()
