"""The audit of a ledger: every contact judged again by code that is not the gate's, and every row of evidence checked.

It goes through one person after the other and finds what somebody did to the ledger, as long as one of two things that
belong together still tells of it. Who takes both, a message with its contact and its rows, or the last rows of a chain
with all that they told of, is seen only by an anchor that is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from domain.audit import published
from domain.audit.chain import ChainFinding
from domain.audit.closed import Closing
from domain.audit.published import PolicyFinding
from domain.audit.replay import Breach
from domain.audit.told import KeptPolicy
from ledger import audited
from ledger.engine import Ledger
from starter.audit import comparing, dossier, judging
from starter.audit.dossier import Dossier

_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What it ends in to read a row of which somebody made nonsense: a channel, an instant or a zone that is none."""


@dataclass(frozen=True)
class Audited:
    """What an audit went through, and what it found."""

    contacts: int
    breaches: tuple[Breach, ...]
    chains: int
    tampered: tuple[ChainFinding, ...]
    policies: tuple[PolicyFinding, ...] = ()
    """Published policies whose stored body is another one."""
    unreadable: tuple[str, ...] = ()
    """What the ledger has and nobody can judge: one sentence for each."""

    @property
    def is_clean(self) -> bool:
        return not (self.breaches or self.tampered or self.policies or self.unreadable)

    @property
    def headline(self) -> str:
        """One sentence for people."""
        told = f"{self.contacts:,} contacts, {len(self.breaches):,} breaches"
        changed = f"; {len(self.policies):,} policies not as they were published" if self.policies else ""
        rows = f"{self.chains:,} audit chains, {len(self.tampered):,} rows not as they were written"
        not_judged = f"; {len(self.unreadable):,} parts that cannot be read" if self.unreadable else ""
        return f"{told}; {rows}{changed}{not_judged}"


def audit_ledger(
    ledger: Ledger, since: datetime | None = None, went_through: Callable[[int], None] = lambda _persons: None
) -> Audited:
    """Audit all contacts from the instant on, and all evidence; ``went_through`` hears of each person that is done."""
    with ledger.read() as conn:
        chains, world, tampered = comparing.check_system(conn)
        parts = [Audited(0, (), chains, tuple(tampered), _changed_policies(conn))]
        for person_id in audited.persons(conn):
            parts.append(_of_person(conn, person_id, since, world))
            went_through(1)
        if gone := audited.without_case(conn):
            parts.append(_audit(conn, dossier.read_without_case(conn, gone), since, world))
    return _together(parts)


def _of_person(conn: Connection, person_id: str, since: datetime | None, world: Closing) -> Audited:
    """One row that cannot be read hides nothing of other persons; its content is not told."""
    try:
        return _audit(conn, dossier.read(conn, person_id), since, world)
    except _UNREADABLE as error:
        why = f"what the ledger has of the person {person_id} cannot be read ({type(error).__name__})"
        return Audited(0, (), 0, (), unreadable=(why,))


def _audit(conn: Connection, person: Dossier, since: datetime | None, world: Closing) -> Audited:
    made = judging.made_by_us(person, since)
    breaches = [breach for breach in comparing.compare(person) if since is None or breach.at >= since]
    breaches += [breach for place in made for breach in judging.judge(conn, person, place, world)]
    return Audited(len(made), tuple(breaches), len(person.chains), tuple(comparing.check_chains(person)))


def _changed_policies(conn: Connection) -> tuple[PolicyFinding, ...]:
    return tuple(published.changed(KeptPolicy(**vars(policy)) for policy in audited.policies(conn)))


def _together(parts: Sequence[Audited]) -> Audited:
    return Audited(
        contacts=sum(part.contacts for part in parts),
        breaches=tuple(breach for part in parts for breach in part.breaches),
        chains=sum(part.chains for part in parts),
        tampered=tuple(finding for part in parts for finding in part.tampered),
        policies=tuple(finding for part in parts for finding in part.policies),
        unreadable=tuple(why for part in parts for why in part.unreadable),
    )
