"""The text of a message: what its reader may be told, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from activities.presend import Clear
from domain.model.commands import SendNotice
from domain.model.contact import Party
from domain.model.message import NoticeValues, Rendered, TextAsk
from domain.model.pack import Pack
from ledger.persons import Person

TextMaker = Callable[[TextAsk, Sequence[Pack]], Rendered]
"""Makes a checked text; raises InputError, naming no value, when none may leave."""


@dataclass(frozen=True)
class Written:
    """A message that may leave, with its words."""

    clear: Clear
    locale: str
    content: Rendered

    @property
    def discreet(self) -> bool:
        """Others than who owes may read it."""
        contact = self.clear.contact
        owes = contact.party in (Party.DEBTOR, Party.GUARANTOR)
        return not (owes and contact.verified) or contact.shared

    @property
    def digest(self) -> str:
        """SHA-256 of the words: evidence of what was said, without saying it."""
        return sha256(self.content.model_dump_json().encode()).hexdigest()


def write(texts: TextMaker, command: SendNotice, clear: Clear, person: Person, locale: str) -> Written:
    """The words for this person; raises InputError when there are none that may leave."""
    spoken, contact = person.locale or locale, clear.contact
    values = NoticeValues(
        customer_name=person.name,
        account_ref=command.account_id,
        past_due=command.past_due,
        balance=clear.balance,
        oldest_due_on=command.oldest_due_on,
        on=clear.on,
        reference=command.key,
        verified=contact.verified and not contact.shared,
        party=contact.party,
    )
    ask = TextAsk(
        notice=command.notice, channel=command.channel, locale=spoken, values=values, conditions=clear.conditions
    )
    return Written(clear, spoken, texts(ask, clear.rules.packs))
