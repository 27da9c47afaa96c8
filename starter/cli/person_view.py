"""A person on the screen: ids and codes."""

from __future__ import annotations

from collections.abc import Iterator

from domain.model.ability import AbilityReport
from ledger.accounts import ContactPoint
from ledger.commitments import Commitments
from ledger.person_facts import PersonFact
from starter.cli.representative_view import as_json as representative_json
from starter.cli.representative_view import in_a_line
from starter.people import LAST_DAYS, PersonView


def as_json(view: PersonView) -> dict[str, object]:
    """For programs."""
    return {
        "person": view.person.person_id,
        "accounts": list(view.accounts),
        "locale": view.person.locale,
        "preferred_channel": view.person.preferred_channel,
        "facts": [_fact_json(fact) for fact in view.facts],
        "contact_points": [_point_json(point) for point in view.points],
        f"contacts_of_{LAST_DAYS}_days": [
            {"channel": channel, "direction": direction, "outcome": outcome, "count": count}
            for (channel, direction, outcome), count in sorted(view.contacts.items())
        ],
        "ability": None if view.ability is None else _ability_json(view.ability),
        "promises": {state.value: count for state, count in view.commitments.promises.items()},
        "plans": {status.value: count for status, count in view.commitments.plans.items()},
        "representatives": [representative_json(known, view.at, view.zone) for known in view.representatives],
    }


def describe(view: PersonView) -> str:
    """For people."""
    lines = [
        f"Person {view.person.person_id}, account {', '.join(view.accounts) or 'none'}",
        f"Language {view.person.locale or 'not known'}, "
        f"preferred channel {view.person.preferred_channel or 'not known'}",
        "Facts on record:",
        *(f"  {_fact(fact)}" for fact in view.facts),
        *(["  none"] if not view.facts else []),
        "Contact points:",
        *(f"  {_point(point)}" for point in view.points),
        *(["  none"] if not view.points else []),
        f"Contacts of the last {LAST_DAYS} days:",
        *(
            f"  {channel} {direction}, {outcome.replace('_', ' ')}: {count}"
            for (channel, direction, outcome), count in sorted(view.contacts.items())
        ),
        *(["  none"] if not view.contacts else []),
        *([] if view.ability is None else [_ability(view.ability)]),
        *_commitments(view.commitments),
        *(["Representatives:"] if view.representatives else []),
        *(f"  {in_a_line(known, view.at, view.zone)}" for known in view.representatives),
    ]
    return "\n".join(lines)


def clock(minutes: int) -> str:
    """Minutes after midnight as a time of day."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _ability(report: AbilityReport) -> str:
    willing = "" if report.statement.willingness is None else f", {report.statement.willingness}"
    found = f"{report.ability.at_this_bank} a month on all accounts here{willing}"
    return f"Can pay {found} (ability report {report.report_id}, version {report.version} of {report.on})"


def _ability_json(report: AbilityReport) -> dict[str, object]:
    monthly, said = report.ability.at_this_bank, report.statement
    return {
        "report": report.report_id,
        "version": report.version,
        "on": report.on.isoformat(),
        "affordable_monthly": str(monthly.amount),
        "currency": monthly.currency,
        "willingness": said.willingness,
        "offers_monthly": None if said.offers_monthly is None else str(said.offers_monthly.amount),
    }


def _commitments(made: Commitments) -> Iterator[str]:
    """What was said is worth what was kept."""
    for name, counts in (("Promises", made.promises), ("Repayment plans", made.plans)):
        if counts:
            told = ", ".join(f"{count} {state.value.replace('_', ' ')}" for state, count in sorted(counts.items()))
            yield f"{name}: {told}"


def _fact(stored: PersonFact) -> str:
    fact = stored.fact
    parts = [
        f"{fact.kind.replace('_', ' ')} {fact.name}".strip(),
        f"{clock(fact.opens)} to {clock(fact.closes)}" if fact.opens is not None and fact.closes is not None else "",
        f"by {fact.channel}" if fact.channel else "",
        f"at {fact.address}" if fact.address else "",
        f"of {fact.party.replace('_', ' ')} {fact.party_id or ''}".strip()
        if fact.party_id or fact.party != "debtor"
        else "",
        f"for {', '.join(fact.debts)}" if fact.debts else "",
        f"since {fact.at:%Y-%m-%d}",
        f"for {fact.days} days" if fact.days else "",
        f"until {fact.until:%Y-%m-%d %H:%M} UTC" if fact.until else "",
    ]
    return f"{stored.fact_id}: {', '.join(part for part in parts if part)}"


def _point(point: ContactPoint) -> str:
    signs = ["verified" if point.verified else "not verified", *(["shared"] if point.shared else [])]
    from_on = f", from {point.usable_from}" if point.usable_from else ""
    return f"{point.contact_point_id}: {point.channel}, {point.party.replace('_', ' ')}, {', '.join(signs)}{from_on}"


def _fact_json(stored: PersonFact) -> dict[str, object]:
    fact = stored.fact
    return {
        "fact": stored.fact_id,
        "kind": fact.kind,
        "name": fact.name or None,
        "at": fact.at.isoformat(),
        "channel": fact.channel,
        "address_id": fact.address,
        "party": fact.party,
        "party_id": fact.party_id,
        "debts": list(fact.debts),
        "opens": None if fact.opens is None else clock(fact.opens),
        "closes": None if fact.closes is None else clock(fact.closes),
        "days": fact.days,
        "until": fact.until.isoformat() if fact.until else None,
        "evidence": stored.evidence,
    }


def _point_json(point: ContactPoint) -> dict[str, object]:
    return {
        "contact_point": point.contact_point_id,
        "channel": point.channel,
        "party": point.party,
        "verified": point.verified,
        "shared": point.shared,
        "usable_from": point.usable_from.isoformat() if point.usable_from else None,
    }
