"""A desk from which contacts are made by hand: one case, the permits it gave, and a record like the ledger's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.case.decide import decide
from domain.compliance.gate import check
from domain.model.case import Step
from domain.model.causes import Cause, CausePath
from domain.model.contact import ContactAsk, Outcome, PastContact, PastFact, Record, Verdict
from domain.model.entries import AddTask, ClosePermit, Entry, GivePermit, HoldPerson, KeepCause, KeepContact, TellPerson
from domain.model.events import Answer, Event, LedgerChanged
from domain.model.facts import Facts, Reach
from domain.model.pack import Pack
from domain.model.permits import KnownPermit, PermitState, ReportContact, RequestContact, ReturnPermit
from domain.model.stops import StopInForce
from domain.model.strategy import Channel
from tests.domain.compliance.small_packs import TAIPEI, local, pack, rule

HOURS = rule("day", open="08:00", close="22:00")
PARTIES = [rule("debtor", reach="free"), rule("guarantor", reach="free")]
MINUTE = timedelta(minutes=1)


def packs_of(**says: object) -> tuple[Pack, ...]:
    """One pack of these rules, with hours of contact unless they are said."""
    return (pack(**{"windows": [HOURS], "parties": PARTIES, **says}),)


@dataclass
class Desk:
    """What is asked of the case is answered by its next step; what the step has kept is kept."""

    world: object
    packs: Sequence[Pack]
    now: datetime = field(default_factory=lambda: local("2026-03-03T10:00"))
    contacts: list[PastContact] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Ids of the contacts without a permit."""
    said: list[PastFact] = field(default_factory=list)
    reach: tuple[Reach, ...] = ()
    stops: tuple[StopInForce, ...] = ()
    stops_then: tuple[StopInForce, ...] = ()
    fresh_until: datetime | None = None
    zones: tuple[str, ...] = (TAIPEI,)
    causes: Mapping[Cause, CausePath] | None = None
    permits: dict[str, KnownPermit] = field(default_factory=dict)
    tasks: list[AddTask] = field(default_factory=list)
    told: list[Cause] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    # --- what is asked

    def step(self, *events: Event, at: str | datetime | None = None, adopted: bool = True) -> Step:
        """The case's next step; one that is not adopted leaves what it had kept, but not its state."""
        if at is not None:
            self.now = local(at) if isinstance(at, str) else at
        step = decide(self.world.case, events or (LedgerChanged(),), self.facts(events), self.now)
        for entry in step.entries:
            self._keep(entry)
        if adopted:
            self.world.case = step.case
            self.steps.append(step)
            for answer in step.answers:
                self.answered.setdefault(answer.id, answer.model_dump_json())
        return step

    def request(self, request_id: str = "", *, at: str | None = None, **asked: object) -> Answer:
        self.asked += 1
        request = RequestContact(id=request_id or f"q{self.asked}", **asked)
        return self.step(request, at=at).answers[0]

    def report(self, outcome: str = "no_answer", *, at: str | None = None, made: str = "", **told: object) -> Answer:
        self.asked += 1
        if at is not None:
            self.now = local(at)
        made_at = local(made) if made else self.now
        told = {"id": f"q{self.asked}", **told}
        return self.step(ReportContact(outcome=Outcome(outcome), made_at=made_at, **told)).answers[0]

    def give_back(self, permit_id: str, *, at: str | None = None) -> Answer:
        self.asked += 1
        return self.step(ReturnPermit(id=f"q{self.asked}", permit_id=permit_id), at=at).answers[0]

    # --- what is there

    def facts(self, events: Sequence[Event] = ()) -> Facts:
        known = self.world.facts(self.now)
        reports = [event.id for event in events if isinstance(event, ReportContact)]
        return known.model_copy(
            update={
                "rules": known.rules.model_copy(update={"packs": tuple(self.packs)}),
                "strategy": known.strategy.model_copy(update={"causes": self.causes}),
                "record": self.record,
                "answered": self.answered,
                "kept_contacts": tuple(self.kept),
                "permits": tuple(self.permits.values()),
                "reach": self.reach,
                "stops": self.stops,
                "stops_then": dict.fromkeys(reports, self.stops_then),
                "fresh_until": self.fresh_until,
            }
        )

    @property
    def record(self) -> Record:
        held = [permit.contact for permit in self.permits.values() if permit.state is not PermitState.CANCELLED]
        return Record(zones=self.zones, contacts=(*self.contacts, *held), facts=tuple(self.said))

    def state(self, permit_id: str) -> PermitState:
        return self.permits[permit_id].state

    def verdict(self, at: datetime, **more: object) -> Verdict:
        ask = ContactAsk(channel=Channel.CALL, at=at, debts=("a1",))
        return check(replace(ask, **more), self.record, self.packs)

    # --- what the ledger does

    def _keep(self, entry: Entry) -> None:
        match entry:
            case GivePermit(request=request, given=given):
                assert given.permit_id not in self.permits
                contact = PastContact.pending(request.ask("a1", given.valid_from))
                self.permits[given.permit_id] = KnownPermit(
                    given=given, state=PermitState.OPEN, contact=contact, issued_at=self.now
                )
            case ClosePermit(permit_id=permit_id, how="expired"):
                self._change(permit_id, PermitState.EXPIRED, outcome=Outcome.UNREPORTED)
            case ClosePermit(permit_id=permit_id, how="taken_back"):
                self._change(permit_id, PermitState.EXPIRED, cancelled_at=self.now, outcome=Outcome.UNREPORTED)
            case ClosePermit(permit_id=permit_id):
                at = self.permits[permit_id].cancelled_at or self.now
                self._change(permit_id, PermitState.CANCELLED, cancelled_at=at)
            case KeepContact(contact_id=contact_id, report=told, breach=breach) if contact_id in self.permits:
                made = {name: getattr(told, name) for name in ("outcome", "address", "party_id", "place")}
                self._change(contact_id, PermitState.REPORTED, breach=breach, at=told.made_at, **made)
            case KeepContact(contact_id=contact_id, report=told) if contact_id not in self.kept:
                self.kept.append(contact_id)
                self.contacts.append(told.made("a1"))
            case HoldPerson() | TellPerson():
                self.said.append(entry.fact)
            case KeepCause(report=told):
                self.told.append(told.cause)
            case AddTask():
                self.tasks.append(entry)

    def _change(
        self,
        permit_id: str,
        state: PermitState,
        *,
        cancelled_at: datetime | None = None,
        breach: str | None = None,
        **of: object,
    ) -> None:
        permit = self.permits[permit_id]
        contact = replace(permit.contact, **of)
        told = {"state": state, "cancelled_at": cancelled_at, "breach": breach, "contact": contact}
        self.permits[permit_id] = permit.model_copy(update=told)
