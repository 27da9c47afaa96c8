"""What a pack must keep beyond its shape: each fault with the path at which it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from domain.model.duties import ClassBand, Duties, PackBand
from domain.model.pack import Cap, Consent, Cooldown, Effect, Force, Pack, Rule, Scope, SourceStatus, Window
from policies.source import Data, Path, Unquoted

Found = Iterator[tuple[Path, str]]
_LOOKS_LIKE_A_NUMBER = re.compile(r"\d{1,2}:\d{2}(:\d{2})?|[+-]?\d+\.\d+")
_GROUPS = {"interest_and_fees", "principal"}


def unquoted(data: Data, path: Path = ()) -> Found:
    """Times and amounts without quotes: other readers of YAML take 22:30 for a number, and 1.10 for 1.1."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from unquoted(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from unquoted(value, (*path, i))
    elif isinstance(data, Unquoted) and _LOOKS_LIKE_A_NUMBER.fullmatch(data):
        yield path, f'{path[-1] if path else "the file"}: write it in quotes: "{data}"'


def faults_of(pack: Pack, bases: Sequence[Pack]) -> Found:
    """Every fault of a pack that stands on ``bases``."""
    for check in _ALONE:
        yield from check(pack)
    yield from _references(pack, bases)


def _sources(pack: Pack) -> Found:
    for path, source in [*_rule_sources(pack), *duty_sources(pack)]:
        if source not in pack.sources:
            yield path, f'no source "{source}": the pack has {", ".join(pack.sources)}'


def _rule_sources(pack: Pack) -> Iterator[tuple[Path, str]]:
    for section, i, rule in pack.rules():
        yield (section, i, "source"), rule.source


def duty_sources(pack: Pack) -> Iterator[tuple[Path, str]]:
    """The sources of the parts that are not about single contacts, where they name one."""
    for part in Duties.model_fields:
        stated = getattr(pack, part)
        for i, item in enumerate(stated) if isinstance(stated, tuple) else ():
            if item.source is not None:
                yield (part, i, "source"), item.source
        if not isinstance(stated, tuple) and stated is not None and stated.source is not None:
            yield (part, "source"), stated.source


def _ids(pack: Pack) -> Found:
    seen: set[tuple[str, str]] = set()
    named = [(section, i, rule.id) for section, i, rule in pack.rules() if section != "windows"]
    for section, i, rule_id in [*named, *(("milestones", i, m.id) for i, m in enumerate(pack.milestones))]:
        if (section, rule_id) in seen:
            yield (section, i, "id"), f'a second rule "{rule_id}" among the {section.replace("_", " ")}: rename one'
        seen.add((section, rule_id))


def _windows(pack: Pack) -> Found:
    for i, window in enumerate(pack.windows):
        for part in ("channels", "parties", "weekdays"):
            if not getattr(window, part):
                yield ("windows", i, part), f"the window {window.id} is empty: it has no {part}"
        for j, day in enumerate(window.weekdays):
            if day in window.weekdays[:j]:
                yield ("windows", i, "weekdays", j), f"weekdays: {day} stands here a second time: remove one of them"
        if window.on_holiday != "same" and pack.holidays is None:
            yield ("windows", i, "on_holiday"), "on_holiday: the pack has no holidays: name their calendar"
    for (_, first), (i, second) in combinations(enumerate(pack.windows), 2):
        if first.id == second.id and _overlap(first, second):
            yield ("windows", i, "open"), f"the window {second.id} overlaps with another piece of the same id"


def _overlap(one: Window, other: Window) -> bool:
    return (
        one.open < other.close
        and other.open < one.close
        and bool(set(one.weekdays) & set(other.weekdays))
        and bool(set(one.channels) & set(other.channels))
        and bool(set(one.parties) & set(other.parties))
        and (one.place is None or other.place is None or one.place == other.place)
    )


def _holidays(pack: Pack) -> Found:
    if pack.holidays is not None:
        import holidays as library  # only packs that name a calendar pay for it

        country, _, region = pack.holidays.calendar.partition("-")
        try:
            library.country_holidays(country, subdiv=region or None)
        except NotImplementedError:  # how the library says that it has no such calendar
            text = f'no calendar of holidays "{pack.holidays.calendar}": give a country such as AU, or AU-NSW'
            yield ("holidays", "calendar"), text


def _scopes(pack: Pack) -> Found:
    """Without a scope a rule would count what everybody did."""
    for section, i, rule in _counting(pack):
        if not rule.scope:
            yield (section, i, "scope"), f"scope: name what must be the same: {', '.join(Scope)}"


def _bands(pack: Pack) -> Found:
    if pack.classification is not None:
        yield from _gapless("classification", ("classification",), pack.classification, 1)
        names = [band.name for band in pack.classification]
        for i, name in enumerate(names):
            if name in names[:i]:
                yield ("classification", i, "name"), f'a second class "{name}": rename one'
    if pack.allocation is not None:
        yield from _gapless("allocation", ("allocation", "bands"), pack.allocation.bands, 0)
        for i, band in enumerate(pack.allocation.bands):
            if sorted(band.order) != sorted(_GROUPS):
                yield ("allocation", "bands", i, "order"), "an allocation order names every component once"


def _gapless(part: str, path: Path, bands: Sequence[ClassBand | PackBand], first: int) -> Found:
    """Bands in order, without gap or overlap, from the day ``first`` to no end."""
    if not bands:
        yield path, f"{part}: there is no band"
        return
    expected: int | None = first
    for i, band in enumerate(bands):
        if expected is None:
            yield (*path, i - 1, "dpd_max"), f"{part}: a band without end must be the last"
        elif band.dpd_min != expected:
            yield (*path, i, "dpd_min"), f"{part}: starts at day {band.dpd_min}, not {expected}: gap or overlap"
        if band.dpd_max is not None and band.dpd_max < band.dpd_min:
            yield (*path, i, "dpd_max"), f"{part}: a band ends before it starts"
        expected = None if band.dpd_max is None else band.dpd_max + 1
    if expected is not None:
        yield (*path, len(bands) - 1, "dpd_max"), f"{part}: the last band must have no end (null)"


def _production(pack: Pack) -> Found:
    if not pack.pack.production:
        return
    for section, i, rule in pack.rules():
        source = pack.sources.get(rule.source)
        if section == "disclosures" or getattr(rule, "effect", Effect.DENY) is Effect.WARN or source is None:
            continue
        if source.status in (SourceStatus.M, SourceStatus.UNSURE) or source.force is Force.DRAFT:
            mark = "a draft" if source.force is Force.DRAFT else f"of status {source.status}"
            text = f'not for production: the rule "{rule.id}" refuses, and its source "{rule.source}" is {mark}'
            yield (section, i, "source"), text


_ALONE: tuple[Callable[[Pack], Found], ...] = (
    _sources,
    _ids,
    _windows,
    _holidays,
    _scopes,
    _bands,
    _production,
)


def _references(pack: Pack, bases: Sequence[Pack]) -> Found:
    """Names of predicates, consents and holds that the pack itself does not have, and of notices that no base has.

    A rule is judged by its own pack alone: what it leans on must stand there too.
    """
    known = {section: {rule.id for rule in _section(pack, section)} for section in _NAMED}
    known["notices"] |= {notice.id for base in bases for notice in base.notices}
    conditions = known["predicates"] | {c.id for c in pack.consents if c.grants == "third_party"}
    for i, party in enumerate(pack.parties):
        if party.condition is not None and party.condition not in conditions:
            yield ("parties", i, "condition"), _unknown("predicate or third-party consent", party.condition, conditions)
    for i, predicate in enumerate(pack.predicates):
        for j, hold in enumerate(predicate.any.holds):
            if hold not in known["holds"]:
                yield ("predicates", i, "any", "holds", j), _unknown("hold", hold, known["holds"])
    yield from _ignored(pack, known)
    yield from _bases_for_production(pack, bases)
    notice = pack.agency.notify_debtor_before_assignment.notice if pack.agency else None
    if notice is not None and notice not in known["notices"]:
        path = ("agency", "notify_debtor_before_assignment", "notice")
        yield path, _unknown("notice", notice, known["notices"])


def _bases_for_production(pack: Pack, bases: Sequence[Pack]) -> Found:
    """A pack for production stands on packs for production only."""
    unready = [base.id for base in bases if not base.pack.production]
    if pack.pack.production and unready:
        yield (
            ("pack", "production"),
            f"not for production: it stands on {', '.join(unready)}, not for production either",
        )


def _ignored(pack: Pack, known: Mapping[str, set[str]]) -> Found:
    for section, i, rule in _counting(pack):
        for j, consent in enumerate(rule.ignore_while):
            if consent not in known["consents"]:
                yield (section, i, "ignore_while", j), _unknown("consent", consent, known["consents"])


def _counting(pack: Pack) -> Iterator[tuple[str, int, Cap | Cooldown]]:
    """The rules that look at what was done before, each with its section and its place there."""
    for section, i, rule in pack.rules():
        if isinstance(rule, Cap | Cooldown):
            yield section, i, rule


_NAMED = ("predicates", "holds", "consents", "notices")


def _section(pack: Pack, section: str) -> tuple[Rule, ...]:
    found: tuple[Rule, ...] = getattr(pack, section)
    return found


def _unknown(what: str, name: str, known: set[str]) -> str:
    return f'no {what} "{name}": there {"are " + ", ".join(sorted(known)) if known else "is none"}'


def consents_that_grant(stack: Sequence[Pack], grant: str) -> tuple[Consent, ...]:
    """The consents of a stack that grant this, the top pack's first."""
    return tuple(c for pack in reversed(stack) for c in pack.consents if c.grants == grant)
