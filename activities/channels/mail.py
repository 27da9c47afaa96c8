"""An e-mail made from a message: headers that nobody can forge, a plain part, and an HTML part when there is one."""

import hashlib
import unicodedata
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses

import idna

from activities.channels.base import Outgoing, one_line

_NOT_IN_A_MAILBOX = frozenset(' <>"()[]:;,@\\')


class WrongAddress(ValueError):  # noqa: N818 a fact of the data, not an error
    """What is given is not the address of one mailbox; the line does not repeat it."""


def mail_address(value: str) -> Address:
    """One mailbox, its domain as DNS knows it (IDNA 2008). Raises WrongAddress."""
    if not all(sign.isprintable() for sign in value):
        raise WrongAddress("the e-mail address has a line break or a control sign in it")
    try:
        value = unicodedata.normalize("NFC", value)
        ((name, spec),) = getaddresses([value])
        local, _, domain = spec.rpartition("@")
        if not local or spec not in value or any(sign in _NOT_IN_A_MAILBOX for sign in local):
            raise ValueError
        return Address(display_name=name, username=local, domain=idna.encode(domain, uts46=True).decode())
    except (ValueError, IndexError, HeaderParseError):
        raise WrongAddress("the e-mail address is not that of one mailbox") from None


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a key: the same at every attempt, so that a mailbox can drop a second copy."""
    return f"<{_reference(key)}@{mail_address(sender).domain}>"


def compose(
    message: Outgoing,
    to: Address,
    sender: str,
    at: datetime,
    *,
    reply_to: str | None = None,
    unsubscribe: str | None = None,
) -> EmailMessage:
    """The whole e-mail, ready to leave."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail_address(sender)
    mail["To"] = to
    if message.content.subject is not None:
        mail["Subject"] = one_line(message.content.subject)
    mail["Date"] = at
    mail["Message-ID"] = message_id(message.key, sender)
    mail["X-Idempotency-Key"] = _reference(message.key)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by a machine
    if reply_to is not None:
        mail["Reply-To"] = mail_address(reply_to)
    if unsubscribe is not None:
        _let_unsubscribe(mail, unsubscribe.replace("{reference}", _reference(message.key)))
    mail.set_content(message.content.text, cte="quoted-printable")
    if message.content.html is not None:
        mail.add_alternative(message.content.html, subtype="html", cte="quoted-printable")
        mail.set_boundary(f"=_{_reference(message.key)}")
    mail["Content-Language"] = message.locale  # set_content would take it away
    return mail


def _let_unsubscribe(mail: EmailMessage, where: str) -> None:
    mail["List-Unsubscribe"] = f"<{where}>"
    if where.startswith("https:"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058


def _reference(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
