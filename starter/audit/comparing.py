"""Comparing: what the ledger has with what the chains of evidence tell, both ways."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from domain.audit import ends, matching, missed, parts, permits, reports, system_ends
from domain.audit.chain import ChainFinding, Tampering
from domain.audit.closed import Closing
from domain.audit.replay import Breach
from domain.audit.told import FeedTold, KeptCase, KeptContact, KeptStop
from ledger import audited, stops, system_audit
from ledger.watermarks import LEDGER_FEED
from starter.audit.chains import Chain
from starter.audit.dossier import Dossier
from starter.feed.freshness import CHAIN as FEEDS


def compare(dossier: Dossier) -> Iterator[Breach]:
    """Contacts that are not the messages, permits and reports that they stand for; messages without any."""
    for key, message in dossier.messages.items():
        told = dossier.told_of_message(key)
        yield from matching.judge_message(message, dossier.contacts.get(key), dossier.kept_points, told)
    for contact in dossier.line:
        if contact.contact_id not in dossier.messages:
            yield from _compare_contact(dossier, contact)
    for name, chain in dossier.chains.items():
        own = {key for key, message in dossier.messages.items() if message.case_id == name}
        yield from ends.left_alone(name, chain.seals, own)


def check_chains(dossier: Dossier) -> Iterator[ChainFinding]:
    """Rows of the person's cases that are not as they were written, are gone, or stand alone."""
    kept = missed.Kept(dossier.messages, dossier.contacts, dossier.permits, dossier.seals)
    for name, chain in dossier.chains.items():
        yield from chain.found
        if (row := dossier.cases.get(name)) is not None:
            case = KeptCase(name, row.step_no, row.as_of, row.stage, row.outcome)
            yield from ends.check_case(case, chain.rows, chain.seals, kept, holds=chain.holds)
        else:
            yield ChainFinding(name, 1, Tampering.ALONE, "the ledger has no such case")


def check_system(conn: Connection) -> tuple[int, Closing, list[ChainFinding]]:
    """How many chains tell of what is not a case's, what they say of stops and of the feed, and what is wrong there."""
    names = audited.system_chains(conn)
    chains = {name: Chain.of(name, system_audit.rows(conn, name)) for name in {*names, stops.CHAIN, FEEDS}}
    kept = [KeptStop(s.stop_id, s.kind, s.value, s.set_at, s.released_at) for s in audited.stops(conn)]
    mark = audited.watermark(conn, LEDGER_FEED)
    stands = None if mark is None else FeedTold(at=mark[1], until=mark[0])
    told = system_ends.feed_told(chains[FEEDS].seals, LEDGER_FEED, stands)
    of_stops, of_feed = chains[stops.CHAIN], chains[FEEDS]
    found = [finding for name in sorted(chains) for finding in chains[name].found]
    found += system_ends.check_stops(of_stops.name, of_stops.rows, of_stops.seals, kept, holds=of_stops.holds)
    found += system_ends.check_feed(of_feed.name, of_feed.rows, of_feed.seals, LEDGER_FEED, stands, holds=of_feed.holds)
    return len(names), Closing(stops=tuple(kept), feed=told), found


def _compare_contact(dossier: Dossier, contact: KeptContact) -> Iterator[Breach]:
    told = dossier.told_of.get(contact.contact_id, ())
    yield from reports.judge_report(contact, told)
    permit = dossier.permits.get(contact.contact_id)
    how = [] if permit is None else list(permits.changed(permit, contact, told))
    how += _of_its_case(dossier, contact)
    yield from parts.differs(contact, how)


def _of_its_case(dossier: Dossier, contact: KeptContact) -> Iterator[str]:
    """A contact of a case is its person's, and about its account."""
    if contact.case_id is None:
        return
    case = dossier.cases.get(contact.case_id)
    if case is None:
        yield "its case is none of its person's"
    elif contact.made.debts != (case.account_id,):
        yield "debts not as its case says"
