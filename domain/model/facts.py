"""Facts: what the ledger says, read as of one instant, and all that a decision may know."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, Field

from domain.model.base import Model
from domain.model.blocker import Blocker
from domain.model.bureau import KnownReport
from domain.model.component import Component
from domain.model.concessions import KnownConcession
from domain.model.contact import Party, Place, Record
from domain.model.disputes import CorrectionSeen
from domain.model.money import CurrencyCode, Money
from domain.model.permits import KnownPermit
from domain.model.re_age import ReAgeFacts
from domain.model.repayment import KnownAbility, PlanFacts
from domain.model.rules import Rules
from domain.model.stops import StopInForce
from domain.model.strategy import Channel, Strategy


class MeetingOrigin(StrEnum):
    """Who says that an obligation is met."""

    BANK_STATUS = "bank_status"
    """The bank's own repayment status, as imported."""
    ALLOCATION = "allocation"
    """A payment posted to this ledger, allocated to the oldest obligation first."""


class Obligation(Model):
    """A statement's minimum payment that is not wholly met: what remains of it, and when it fell due."""

    due_on: date
    minimum: Money
    unmet: Money


class Pause(Model):
    """Days that do not count as treatment days: from ``starts_on`` until ``ends_on`` (None: still running)."""

    starts_on: date
    ends_on: date | None = None


class Arrears(Model):
    """What is past due on one day. Nothing shortens ``days_past_due``; ``treatment_days`` leave pauses out."""

    oldest_due_on: date
    past_due: Money
    days_past_due: int = Field(ge=0)
    treatment_days: int = Field(ge=0)
    bucket: str | None


class MessageState(StrEnum):
    """How far a message came."""

    SENDING = "sending"
    """The intent is stored; whether the provider has it is not known yet."""
    SENT = "sent"
    """The provider took it and the receipt is stored."""
    REFUSED = "refused"
    """Not sent: a rule or a fact forbade it at the moment of sending."""
    FAILED = "failed"
    """It did not arrive: the provider refused it for good, or reports that it bounced."""
    UNKNOWN = "unknown"
    """The provider cannot say; a person decides, nothing is sent again."""


class Notice(Model):
    """A message of the ladder that was tried in this episode: one attempt at one step."""

    key: str
    step: str
    attempt: int = Field(ge=1)
    channel: Channel
    state: MessageState
    on: date
    """The local day of the intent."""
    blocker: Blocker | None = None
    """With one that did not leave: what kept it."""


class Account(Model):
    """The account that a case is about; codes only, no personal data."""

    account_id: str
    currency: CurrencyCode
    zone: str
    """IANA name of the zone in which the account's business days are counted."""


class Reach(Model):
    """A contact point that can be used today: its id, never the address itself."""

    address: str
    channel: Channel
    party: Party = Party.DEBTOR
    party_id: str | None = None
    place: Place = Place.HOME


OPT_OUT_KEYS = "opt-out/"
"""With what the key of the message begins that confirms an opt-out; the id of the fact follows."""


class OptOutToConfirm(Model):
    """An opt-out that the customer was not told yet to have been heard."""

    fact_id: str
    channel: Channel
    address: str | None = None
    """Id of the contact point that it names; None: the whole channel."""

    @property
    def key(self) -> str:
        """Of the one message that confirms it, whatever case of the person sends it."""
        return f"{OPT_OUT_KEYS}{self.fact_id}"


class World(Model):
    """What the ledger already knows of days to come."""

    next_change_on: date | None = None
    """The next day on which an entry has its value, or an obligation is met or falls past due."""
    next_known_at: AwareDatetime | None = None
    """When the next fact counts that this read did not see: one about the person, or an entry of today whose writer's
    clock is ahead."""
    ends_on: date | None = None
    """In virtual time: the last day that the history tells of."""


class EpisodeEnd(Model):
    """The end of an episode, as the ledger has it."""

    step_no: int
    outcome: str
    closed_at: AwareDatetime
    days_past_due: int
    notices: int


class PromisePaid(Model):
    """What was paid on a promise."""

    promise_id: str
    paid: Money
    """Payments that nobody took back, of a value date within the promise and its grace, posted after it was made."""


class BureauFacts(Model):
    """What the ledger has of the case's reports to a credit bureau."""

    notices: tuple[Notice, ...] = ()
    """Tried before a negative report, oldest first."""
    reports: tuple[KnownReport, ...] = ()
    """Oldest first."""


class Facts(Model):
    """Everything that ``decide`` may know besides the case and the events."""

    as_of: AwareDatetime
    account: Account
    balance: Money
    obligations: tuple[Obligation, ...] = ()
    """The unmet ones that fell due before the local day of ``as_of``, oldest first."""
    last_met_by_payment: bool = True
    """False when the obligation met last was cleared by the bank's status in a month without a payment."""
    notices: tuple[Notice, ...] = ()
    """Those tried in this episode, oldest first."""
    answered: dict[str, str] = Field(default_factory=dict)
    """Messages of this inbox that had their answer long ago: message id → answer as JSON."""
    strategy: Strategy
    rules: Rules
    ended: EpisodeEnd | None = None
    """How the episode ended in another run of it; None: this run is the one that goes on with it."""
    world: World = World()
    record: Record = Record()
    """What is on record about the person: what the gate may know."""
    reach: tuple[Reach, ...] = ()
    """Where the person and their other parties can be reached today, the newest first."""
    channels: tuple[Channel, ...] | None = None
    """The ways out that this worker has; None: every one."""
    preferred_channel: Channel | None = None
    """The customer's own choice."""
    stops: tuple[StopInForce, ...] = ()
    """The emergency stops that hold now."""
    stops_then: dict[str, tuple[StopInForce, ...]] = Field(default_factory=dict)
    """By the id of a report: the stops that held when its contact was made."""
    fresh_until: AwareDatetime | None = None
    """Until when the bank's feed is complete; None: there is no feed, and the ledger is its own truth."""
    permits: tuple[KnownPermit, ...] = ()
    """Of this case: those that are open, and those that the requests of this inbox name."""
    kept_contacts: tuple[str, ...] = ()
    """Ids of the contacts without a permit that an earlier run of this step stored: they are on record."""
    promises_paid: tuple[PromisePaid, ...] = ()
    """For the promise that runs, and the one judged last."""
    plan: PlanFacts | None = None
    """Of the plan that the case agreed last, as its last step knew it."""
    plans_signed: tuple[date, ...] = ()
    """When plans of this account were signed, with a request for another one."""
    ability: KnownAbility | None = None
    """With a request for a plan, or a proposal: the newest report of what the customer can pay."""
    owed: dict[Component, Money] = Field(default_factory=dict)
    """The balance by component."""
    concessions: tuple[KnownConcession, ...] = ()
    """Of the account, whichever case granted them."""
    corrections: tuple[CorrectionSeen, ...] = ()
    """For each dispute of the case."""
    re_age: ReAgeFacts | None = None
    """With a request for a re-age, and for a case that has one."""
    bureau: BureauFacts | None = None
    """None: the strategy reports to no credit bureau, or the bank has none."""
    to_confirm: tuple[OptOutToConfirm, ...] = ()
    """Opt-outs of the person that wait for their one confirmation."""
