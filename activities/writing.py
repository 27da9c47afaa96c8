"""The text of a message: what its reader may be told, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from activities.presend import Clear
from domain.model.commands import SendNotice
from domain.model.contact import Party
from domain.model.message import NoticeValues, Rendered, TextAsk, reference_of
from domain.model.pack import Pack
from ledger.persons import Person

TextMaker = Callable[[TextAsk, Sequence[Pack]], Rendered]
"""Makes a checked text; raises InputError, naming no value, when none may leave."""


@dataclass(frozen=True)
class Written:
    """A message that may leave, with its words."""

    clear: Clear
    on: date
    """Local day of the intent: the same at every attempt."""
    locale: str
    reference: str
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


def write(
    texts: TextMaker, command: SendNotice, clear: Clear, person: Person, locale: str, intended_on: date | None = None
) -> Written:
    """The words for this person; raises InputError when there are none that may leave.

    ``intended_on`` is the local day of an earlier attempt's intent; None: it is intended now.
    """
    spoken, on = person.locale or locale, intended_on or clear.on
    reference = reference_of(command.account_id, on, command.step)
    ask = TextAsk(
        notice=command.notice,
        channel=command.channel,
        locale=spoken,
        values=_values(command, clear, person, reference),
        conditions=clear.conditions,
        legal_notice=command.legal_notice,
    )
    return Written(clear, on, spoken, reference, texts(ask, clear.rules.packs))


def _values(command: SendNotice, clear: Clear, person: Person, reference: str) -> NoticeValues:
    contact = clear.contact
    return NoticeValues(
        customer_name=person.name,
        account_ref=command.account_id,
        past_due=command.past_due,
        balance=clear.balance,
        oldest_due_on=command.oldest_due_on,
        promised=command.promised,
        planned=command.planned,
        disputed=command.disputed,
        thanked=command.thanked,
        reported=command.reported,
        on=clear.on,
        reference=reference,
        verified=contact.verified and not contact.shared,
        party=contact.party,
    )
