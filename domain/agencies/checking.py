"""What is wrong with an agency's file beside its shape: each fault with its path in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.agencies.commission import by_recoveries_alone, without_a_rate, without_a_use
from domain.agencies.file_bars import ALONE
from domain.agencies.stated import Stated
from domain.calendar import zone_of
from domain.model.agency import Agency
from domain.model.errors import InputError
from domain.model.rules import Rules

Path = tuple[str | int, ...]


def faults(agency: Agency, rules: Rules) -> Iterator[tuple[Path, str]]:
    """Where in the file something is wrong, and what; nothing else is refused, however it stands.

    A schedule that pays by recoveries alone is refused where the rules forbid it (China: 银监发〔2009〕60号 art. 13).
    """
    yield from _zones(agency)
    yield from _buckets(agency, rules)
    for i, why in without_a_use(agency.commission, agency.segments):
        yield ("commission", "bands", i, "currency"), why
    for i, why in without_a_rate(agency.commission, agency.segments):
        yield ("segments", i, "currency"), why
    yield from _pay(agency, rules)


def _pay(agency: Agency, rules: Rules) -> Iterator[tuple[Path, str]]:
    stated = Stated.by(rules.packs)
    if stated is None or stated.rule.pay_may_depend_only_on_recoveries:
        return
    if by_recoveries_alone(agency.commission):
        bar = stated.bar("pay_may_depend_only_on_recoveries", ALONE)
        yield ("commission",), f"{bar.rule}: {bar.why} ({bar.source})"


def _zones(agency: Agency) -> Iterator[tuple[Path, str]]:
    places: Sequence[tuple[Path, str]] = [
        (("zone",), agency.zone),
        *((("zones", i), zone) for i, zone in enumerate(agency.zones)),
    ]
    for path, zone in places:
        try:
            zone_of(zone)
        except InputError as unknown:
            yield path, str(unknown)


def _buckets(agency: Agency, rules: Rules) -> Iterator[tuple[Path, str]]:
    known = [band.name for band in rules.classification.bands]
    for i, segment in enumerate(agency.segments):
        for j, bucket in enumerate(segment.buckets):
            if bucket not in known:
                why = f'{rules.name} has no bucket "{bucket[:40]}": it has {", ".join(known)}'
                yield ("segments", i, "buckets", j), why
