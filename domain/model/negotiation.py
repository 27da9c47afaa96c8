"""Negotiating in a case: what is proposed, what the bank offers in return, and who decides above an agent's limit."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from domain.model.base import Model
from domain.model.names import Code, MessageId
from domain.model.offers import Considered, Level, Offer, Proposal, Verdict

APPROVAL = "approval"
"""Kind of the task that asks a supervisor to decide."""
ROUNDS_SHOWN = 5
"""How many rounds travel with the case; all of them are in the ledger."""


class Proposer(StrEnum):
    """Whose proposal it is."""

    CUSTOMER = "customer"
    REPRESENTATIVE = "representative"
    """Somebody who speaks for the customer: it is the customer's."""
    AGENT = "agent"
    """A collection agent of the bank, in a talk with the customer."""
    AGENCY = "agency"
    """An agency that works for the bank, in a talk with the customer."""


class OfferState(StrEnum):
    """How far an offer came."""

    STANDING = "standing"
    """The customer may take it until it expires."""
    AWAITING = "awaiting"
    """Somebody with more authority decides until it expires; the ladder is silent meanwhile."""
    AGREED = "agreed"
    """Both sides want it; a plan is still to be signed by it, and the ladder is silent until it expires."""
    TAKEN = "taken"
    """It became an agreement: a promise, a plan, or the terms of a hardship."""
    DECLINED = "declined"
    """The bank said no."""
    EXPIRED = "expired"


OPEN_OFFERS = (OfferState.STANDING, OfferState.AWAITING, OfferState.AGREED)
"""States of an offer that something can still become of."""
SILENT_OFFERS = (OfferState.AWAITING, OfferState.AGREED)
"""While an offer is one of these nobody is asked for money: it is the bank's turn, or the paper's."""


_IN_WORDS = {
    OfferState.STANDING: "stands until {until}",
    OfferState.AWAITING: "waits for a supervisor until {until}",
    OfferState.AGREED: "is agreed, and to be signed by {until}",
    OfferState.TAKEN: "was taken",
    OfferState.DECLINED: "was declined by the bank",
    OfferState.EXPIRED: "expired on {until}",
}


class ProposeTerms(Model):
    """Propose how the customer would pay, or take an offer as it is."""

    kind: Literal["propose_terms"] = "propose_terms"
    id: MessageId
    """Also the id of the offer that answers it."""
    proposal: Proposal | None = None
    """None: the offer that ``answers`` names is taken as it is."""
    answers: MessageId | None = None
    """The offer that this answers: refused when it does not stand any more."""
    proposer: Proposer = Proposer.CUSTOMER
    by: Code
    """Who tells it, and answers for the bank."""
    role: Level = Level.AGENT
    """The authority of who answers for the bank."""
    spoken_by: Code | None = None
    """The representative whose proposal it is, by the code of their authority."""

    @model_validator(mode="after")
    def _says_something(self) -> ProposeTerms:
        if (self.proposer is Proposer.REPRESENTATIVE) is (self.spoken_by is None):
            raise ValueError("a representative's proposal names who speaks: proposer and spoken_by go together")
        if self.proposal is None and self.answers is None:
            raise ValueError("a proposal says what would be paid, or names the offer that it takes")
        return self


class Approve(Model):
    """Agree, for the bank, to an offer that is above an agent's limit, or to a re-age."""

    kind: Literal["approve"] = "approve"
    id: MessageId
    offer: MessageId
    """Id of the offer, or of the re-age: in one case no two have the same."""
    by: Code
    role: Level = Level.SUPERVISOR


class Decline(Model):
    """Say no, for the bank, to an offer that is above an agent's limit, or to a re-age."""

    kind: Literal["decline"] = "decline"
    id: MessageId
    offer: MessageId
    by: Code
    role: Level = Level.SUPERVISOR
    reason: Code
    """Code of why."""


NegotiationRequest = ProposeTerms | Approve | Decline


class MadeOffer(Model):
    """An offer that the case keeps."""

    id: MessageId
    """That of the proposal which it answers."""
    offer: Offer
    state: OfferState
    asked_by: Code
    """Who told the proposal: they do not approve it."""
    approved_by: Code | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_OFFERS

    @property
    def stands(self) -> str:
        """How far it came, in words."""
        return _IN_WORDS[self.state].format(until=self.offer.expires_on)


class Round(Model):
    """A proposal and the answer to it, as the operator's page shows them."""

    no: int
    on: date
    proposer: Proposer
    said: str
    verdict: Verdict
    answer: str


class Negotiation(Model):
    """How far bank and customer have come."""

    rests_on: str | None = None
    """Id of the ability report that it rests on; a new one begins another negotiation."""
    rounds: int = 0
    """Proposals that were answered."""
    changes: int = 0
    """Numbers the rows of evidence."""
    offer: MadeOffer | None = None
    """The one made last."""
    last: tuple[Round, ...] = Field(default=(), max_length=ROUNDS_SHOWN)
    """The rounds before, the latest last."""

    @property
    def silent_until(self) -> date | None:
        """The last day on which nobody is asked for money because of it."""
        offer = self.offer
        return offer.offer.expires_on if offer is not None and offer.state in SILENT_OFFERS else None


class Offered(Considered):
    """The answer to a proposal as the case keeps it: the offer has a name, and stands until it expires."""

    offer_id: MessageId | None = None
