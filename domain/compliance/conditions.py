"""Conditions: what an allowed contact must keep to, and what it is warned of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from domain.compliance.judge import Judge
from domain.compliance.notices import is_due
from domain.compliance.situation import Moment, Situation, same_person
from domain.compliance.units import MESSAGES, REACHED
from domain.model.contact import Direction, Outcome, PastContact
from domain.model.pack import Disclosure, PackNotice
from domain.model.strategy import Channel

_ELECTRONIC = frozenset({Channel.SMS, Channel.EMAIL, Channel.IM})
_NOT_SENT = frozenset({Outcome.FAILED, Outcome.PENDING})


@dataclass(frozen=True, slots=True)
class Conditions:
    """What may become a condition of one kind of question: each with its id, in the order in which it is told."""

    disclosures: tuple[tuple[str, Disclosure], ...]
    contents: tuple[str, ...]
    warnings: tuple[Judge, ...]
    notices: tuple[tuple[str, PackNotice], ...]

    def of(self, situation: Situation, moment: Moment) -> tuple[str, ...]:
        """The ids of those that apply, each once."""
        found = [
            *(id for id, disclosure in self.disclosures if _applies(disclosure, situation)),
            *self.contents,
            *(judge.id for judge in self.warnings if judge.judge(situation, moment) is not None),
            *(id for id, notice in self.notices if is_due(notice, situation)),
        ]
        return tuple(dict.fromkeys(found))


def _was_to(contact: PastContact, situation: Situation) -> bool:
    """What one person was told, another was not."""
    return contact.direction is Direction.OUT and same_person(contact, situation.ask)


def _applies(disclosure: Disclosure, situation: Situation) -> bool:
    channel = situation.ask.channel
    match disclosure.when:
        case "every_contact":
            return True
        case "every_electronic":
            return channel in _ELECTRONIC
        case "letter":
            return channel is Channel.LETTER
        case "first_contact":
            return not any(c.outcome in REACHED and _was_to(c, situation) for c in situation.contacts)
        case "first_written":
            return channel in MESSAGES and not any(
                _was_written(c) and _was_to(c, situation) for c in situation.contacts
            )
        case _ as never:
            assert_never(never)


def _was_written(contact: PastContact) -> bool:
    return contact.channel in MESSAGES and contact.outcome not in _NOT_SENT
