"""Scopes: what must be the same for a past contact to bear on a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.compliance.situation import same_person, share_debt
from domain.model.contact import ContactAsk, PastContact
from domain.model.pack import Scope


@dataclass(frozen=True, slots=True)
class Match:
    """The scopes of one rule, ready to compare."""

    person: bool
    party: bool
    number: bool
    channel: bool
    debt: bool
    each: bool
    """Only what the same collector did."""

    def fits(self, contact: PastContact, ask: ContactAsk) -> bool:
        """Debts and collectors left aside, the contact is in scope."""
        if self.person and not same_person(contact, ask):
            return False
        if self.party and contact.party is not ask.party:
            return False
        if self.channel and contact.channel is not ask.channel:
            return False
        if not self.number or contact.address == ask.address:
            return True
        return contact.address is None or ask.address is None

    def fits_debts(self, contact: PastContact, debts: Sequence[str]) -> bool:
        return not self.debt or share_debt(contact.debts, debts)


def match_of(scope: Sequence[Scope], actors_added: str, *, any_debt: bool = False) -> Match:
    return Match(
        person=Scope.PERSON in scope,
        party=Scope.DEBT_PARTY in scope,
        number=Scope.NUMBER in scope,
        channel=Scope.CHANNEL in scope,
        debt=Scope.DEBT in scope and not any_debt,
        each=actors_added == "each",
    )
