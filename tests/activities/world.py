"""A small world for the effects: one account that is past due, its case, and what happens to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from pydantic import JsonValue
from sqlalchemy import Connection, func, select

from activities.channels.base import ChannelAdapter, Outgoing, Receipt
from activities.channels.file import FileChannel
from activities.messaging import Messaging
from activities.writing import TextMaker
from domain.model.case import Case, Closure, HeldBy, Outcome, Stage
from domain.model.commands import SendNotice
from domain.model.contact import PastFact
from domain.model.events import HoldReason
from domain.model.facts import Account, MessageState
from domain.model.message import Rendered, TextAsk
from domain.model.money import Money
from domain.model.pack import Pack
from domain.model.rules import (
    AllocationBand,
    AllocationOrder,
    Bucket,
    Buckets,
    Component,
    Lateness,
    Rules,
)
from domain.model.strategy import Channel, DaysPastDue, LadderStep, PolicyRef, Strategy
from ledger import (
    accounts,
    audit,
    cases,
    contacts,
    entries,
    holds,
    meetings,
    messages,
    obligations,
    person_facts,
    policies,
    tables,
    tasks,
)
from ledger.accounts import ContactPoint
from ledger.cases import CaseRow
from ledger.contacts import Contact
from ledger.database import connect
from ledger.engine import Ledger
from ledger.entries import Entry, EntryKind
from ledger.meetings import Allocated
from ledger.person_facts import PersonFact
from ledger.tasks import Task

ACCOUNT = Account(account_id="A-1", currency="TWD", zone="Asia/Taipei")
ADDRESS = "file:Ms-Canary"
"""Personal data: it may stand in the outbox and nowhere else."""
FIRST_DUE, SECOND_DUE = date(2026, 2, 2), date(2026, 3, 2)
DECIDED_AT = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
"""10:00 in Taipei, within the hours of contact."""
NIGHT = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)
"""23:00 in Taipei."""
MORNING = datetime(2026, 3, 21, 0, 0, tzinfo=UTC)
"""08:00 in Taipei, on the day after."""
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
MINIMUM = 100_000

PACK = Pack.model_validate(
    {
        "pack": {"id": "xx.test", "version": 1, "title": "Test", "valid_from": date(2000, 1, 1)},
        "sources": {"law": {"instrument": "Law", "citation": "art. 1", "status": "P", "force": "law"}},
        "clock": {"zone_evidence": ["declared", "account"]},
        "windows": [{"id": "window", "open": "08:00", "close": "22:00", "source": "law"}],
        "parties": [{"id": "debtor", "reach": "free", "source": "law"}],
        "opt_outs": [{"id": "stop", "channels": ["sms", "file"], "scope": "address", "source": "law"}],
        "holds": [
            {"id": "cease", "opened_by": "ceased", "closed_by": ["on"], "blocks": ["collect_contact"], "source": "law"}
        ],
    }
)
RULES = Rules(
    name="xx.test",
    version=1,
    title="Test",
    lateness=Lateness(),
    classification=Buckets(bands=(Bucket(name="late", dpd_min=1),)),
    allocation=AllocationOrder(bands=(AllocationBand(dpd_min=0, order=tuple(Component)),)),
    packs=(PACK,),
)
STRATEGY = Strategy(
    name="test",
    version=1,
    title="Test",
    rules="xx.test",
    send_at=time(9, 30),
    days_between=2,
    most_attempts=6,
    spread_minutes=0,
    ladder=(
        LadderStep(id="first", notice="first-reminder", channels=(Channel.FILE,), due=DaysPastDue(days=5)),
        LadderStep(id="second", notice="second-reminder", channels=(Channel.FILE,), due=DaysPastDue(days=60)),
    ),
)


POINT = ContactPoint("C-1", "P-1", Channel.FILE, ADDRESS)


def rules_with(**parts: object) -> Rules:
    """The rules of the small world, with parts of their pack replaced, written as in a pack's file."""
    written = {**PACK.model_dump(mode="json"), **parts}
    return RULES.model_copy(update={"packs": (Pack.model_validate(written),)})


def plain_text(ask: TextAsk, packs: Sequence[Pack]) -> Rendered:
    """A text of one line, whatever the rules: what texts must say is proved elsewhere."""
    values = ask.values
    return Rendered(
        subject=ask.notice, text=f"Amount past due: {values.past_due}\nUnpaid since: {values.oldest_due_on}"
    )


@dataclass
class World:
    """The ledger with one case in it, an outbox, and the worker's clock."""

    ledger: Ledger
    outbox: Path
    strategy: PolicyRef
    rules: PolicyRef
    now: datetime = DECIDED_AT

    @property
    def case(self) -> Case:
        """The case as it starts."""
        return Case(
            case_id="A-1/1",
            account=ACCOUNT,
            episode_no=1,
            strategy=self.strategy,
            rules=self.rules,
            as_of=DECIDED_AT,
        )

    # --- what happens

    def pay(self, minor: int, *, to: date = FIRST_DUE, at: datetime = DECIDED_AT) -> None:
        """Money comes in and meets one obligation."""
        with self.ledger.write() as conn:
            self._pay(conn, minor, to, at)

    def _pay(self, conn: Connection, minor: int, to: date, at: datetime) -> None:
        reference, on = f"pay-{to}-{minor}", at.date()
        payment = Entry("A-1", reference, EntryKind.PAYMENT, on, at, principal_minor=-minor)
        entries.append(conn, payment)
        parts = (Allocated(to, minor),)
        meetings.allocate(conn, "A-1", parts, value_on=on, recorded_at=at, entry_reference=reference)

    def hold(self, reason: HoldReason, *obligations_due_on: date) -> None:
        held = HeldBy(id="hold-1", reason=reason, starts_on=date(2026, 3, 1), obligations_due_on=obligations_due_on)
        with self.ledger.write() as conn:
            holds.save(conn, self.case.model_copy(update={"holds": (held,)}), DECIDED_AT)

    def close(self) -> None:
        closure = Closure(case_id="A-1/1", outcome=Outcome.WITHDRAWN, closed_at=DECIDED_AT, days_past_due=1, notices=0)
        with self.ledger.write() as conn:
            cases.update_from(conn, self.case.model_copy(update={"closure": closure, "stage": Stage.CLOSED}))

    def add_account(self, account_id: str) -> None:
        """One more account of the person, with arrears and a case of its own."""
        with self.ledger.write() as conn:
            _open_account(conn, account_id, self.strategy, self.rules)

    def tell(self, *facts: PastFact) -> None:
        """The person, or somebody about them, says so."""
        with self.ledger.write() as conn:
            for fact in facts:
                told = len(person_facts.of_person(conn, "P-1", datetime.max.replace(tzinfo=UTC)))
                person_facts.add(conn, PersonFact(f"fact-{told}", "P-1", fact, fact.at))

    def reach(self, *made: Contact) -> None:
        """Contacts that were made elsewhere."""
        with self.ledger.write() as conn:
            for contact in made:
                contacts.add(conn, contact)

    # --- what is asked

    def command(
        self,
        *,
        account_id: str = "A-1",
        attempt: int = 1,
        past_due: int = 2 * MINIMUM,
        oldest_due_on: date = FIRST_DUE,
    ) -> SendNotice:
        return SendNotice(
            key=f"{account_id}/1/first/{attempt}",
            case_id=f"{account_id}/1",
            account_id=account_id,
            step="first",
            notice="first-reminder",
            attempt=attempt,
            channel=Channel.FILE,
            as_of=DECIDED_AT,
            oldest_due_on=oldest_due_on,
            past_due=Money.of_minor(past_due, "TWD"),
        )

    def messaging(
        self, channel: ChannelAdapter | None = None, ledger: Ledger | None = None, texts: TextMaker = plain_text
    ) -> Messaging:
        ways_out = dict.fromkeys(Channel, channel or FileChannel(self.outbox))
        return Messaging(ledger or self.ledger, ways_out, texts, now=lambda: self.now)

    # --- what is seen

    def files(self) -> list[Path]:
        return sorted(path for path in self.outbox.rglob("*") if path.is_file())

    def message_states(self) -> dict[str, MessageState]:
        with self.ledger.read() as conn:
            return {notice.key: notice.state for notice in messages.notices(conn, "A-1/1")}

    def receipt(self, key: str) -> str | None:
        with self.ledger.read() as conn:
            row = messages.get(conn, key)
        assert row is not None
        return row.receipt

    def contact(self, key: str = "A-1/1/first/1") -> Contact | None:
        with self.ledger.read() as conn:
            return contacts.get(conn, key)

    def tasks(self) -> tuple[Task, ...]:
        with self.ledger.read() as conn:
            return tasks.open_tasks(conn, 1000)

    def row(self) -> CaseRow:
        with self.ledger.read() as conn:
            row = cases.get(conn, "A-1/1")
        assert row is not None
        return row

    def holds_on(self, day: date) -> list[str]:
        with self.ledger.read() as conn:
            return [held.id for held in holds.in_force(conn, "A-1/1", day)]

    def requests_stored(self) -> int:
        with self.ledger.read() as conn:
            return conn.scalar(select(func.count()).select_from(tables.requests)) or 0

    def audit(self) -> list[tuple[str, Mapping[str, JsonValue]]]:
        """Kinds and bodies, oldest first; the chain holds, and no personal data is in it."""
        with self.ledger.read() as conn:
            assert audit.verify(conn, "A-1/1") is None
            rows = audit.rows(conn, "A-1/1")
        assert not any("Canary" in row.body for row in rows)
        return [(row.kind, row.content) for row in rows]

    def audit_kinds(self) -> list[str]:
        return [kind for kind, _ in self.audit()]


def world_of(
    ledger: Ledger,
    outbox: Path,
    *,
    with_contact: bool = True,
    point: ContactPoint = POINT,
    rules: Rules = RULES,
    strategy: Strategy = STRATEGY,
) -> World:
    """An account that owes two minimum payments, and its open case."""
    with ledger.write() as conn:
        published = policies.publish_strategy(conn, strategy, BEFORE), policies.publish_rules(conn, rules, BEFORE)
        _open_account(conn, "A-1", *published)
        if with_contact:
            accounts.add_contact_point(conn, point)
    return World(ledger, outbox, *published)


def _open_account(conn: Connection, account_id: str, strategy: PolicyRef, rules: PolicyRef) -> None:
    accounts.add_account(conn, ACCOUNT.model_copy(update={"account_id": account_id}), "P-1")
    opening = Entry(
        account_id, f"open-{account_id}", EntryKind.OPENING, BEFORE.date(), BEFORE, principal_minor=5_000_000
    )
    entries.append(conn, opening)
    for due_on in (FIRST_DUE, SECOND_DUE):
        minimum = Money.of_minor(MINIMUM, "TWD")
        obligations.add(conn, account_id, due_on, minimum, statement_on=BEFORE.date(), recorded_at=BEFORE)
    cases.open_case(conn, account_id, strategy, rules, BEFORE)


def nothing() -> None:
    """Nothing happens."""


@dataclass
class ScriptedChannel:
    """The file channel, with something that happens before or after the effect, and answers of its own to lookups."""

    channel: FileChannel
    before: Callable[[], None] = nothing
    after: Callable[[], None] = nothing
    on_lookup: Callable[[], None] = nothing
    delivered: int = 0
    looked_up: int = 0

    def deliver(self, message: Outgoing) -> Receipt:
        self.before()
        receipt = self.channel.deliver(message)
        self.delivered += 1
        self.after()
        return receipt

    def lookup(self, key: str) -> Receipt | None:
        self.looked_up += 1
        self.on_lookup()
        return self.channel.lookup(key)


class ScriptedLedger(Ledger):
    """A ledger with something that happens before each of its first writes."""

    def __init__(self, ledger: Ledger, *before_writes: Callable[[], None]) -> None:
        super().__init__(ledger.engine, ledger.url)
        object.__setattr__(self, "_script", list(before_writes))

    @contextmanager
    def write(self) -> Iterator[Connection]:
        script: list[Callable[[], None]] = self.__dict__["_script"]
        if script:
            script.pop(0)()
        with super().write() as conn:
            yield conn


def away() -> None:
    """Somebody takes the ledger away: what a transaction meets then."""
    with connect("sqlite:////no/such/folder/ledger.db").write():
        raise AssertionError("there is no such ledger")


def raising(error: BaseException) -> Callable[[], None]:
    """Something that happens: this error, the first time only."""
    errors = [error]

    def happen() -> None:
        if errors:
            raise errors.pop()

    return happen
