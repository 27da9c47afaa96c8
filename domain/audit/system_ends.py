"""Ends of the chains that are no case's: whether they tell of every stop and of the feed, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.audit.chain import ChainFinding, Tampering
from domain.audit.missed import missing
from domain.audit.seals import Seal, by
from domain.audit.told import FeedTold, KeptStop

SET, RELEASED, COMPLETE = "stop_set", "stop_released", "feed_complete"


def check_stops(
    chain: str, rows: int, seals: Sequence[Seal], stops: Sequence[KeptStop], *, holds: bool
) -> Iterator[ChainFinding]:
    """Stops without a row, and rows that tell of another stop than the ledger has."""
    kept = {stop.stop_id: stop for stop in stops}
    yield from _of_other_kinds(seals, (SET, RELEASED))
    for seal in seals:
        if seal.kind in (SET, RELEASED) and not _is_of(seal, kept.get(seal.text("stop_id") or "")):
            why = f"the ledger does not have the stop {seal.text('stop_id')} as it tells"
            yield ChainFinding(chain, seal.number, Tampering.ALONE, why)
    if holds:
        yield from missing(chain, rows, list(_missed(seals, stops)))


def check_feed(
    chain: str, rows: int, seals: Sequence[Seal], feed: str, watermark: FeedTold | None, *, holds: bool
) -> Iterator[ChainFinding]:
    """A watermark that no row tells of, and a row that tells of a later one, or of another instant at which it came."""
    yield from _of_other_kinds(seals, (COMPLETE,))
    told = {told.until: seal for seal, told in _of_feed(seals, feed)}
    stands = None if watermark is None else watermark.until
    if stands is not None and stands not in told and holds:
        yield from missing(chain, rows, [f"the feed as complete until {stands.isoformat()}"])
    for until, seal in told.items():
        is_other = watermark is not None and until == watermark.until and seal.at != watermark.at
        if is_other or (until == max(told) and (stands is None or until > stands)):
            why = f"it tells of the feed as complete until {until.isoformat()}, and the ledger has it otherwise"
            yield ChainFinding(chain, seal.number, Tampering.ALONE, why)


def feed_told(seals: Sequence[Seal], feed: str, watermark: FeedTold | None) -> tuple[FeedTold, ...]:
    """All that was ever told of the feed; what a row says of it goes before what the watermark does."""
    told = [told for _, told in _of_feed(seals, feed)]
    is_told = watermark is None or any(each.until == watermark.until for each in told)
    return tuple(told) if watermark is None or is_told else (*told, watermark)


def _of_feed(seals: Sequence[Seal], feed: str) -> Iterator[tuple[Seal, FeedTold]]:
    for seal in by("feed", seals).get(feed, ()):
        until = seal.instant("until")
        if seal.kind == COMPLETE and until is not None:
            yield seal, FeedTold(seal.at, until)


def _of_other_kinds(seals: Sequence[Seal], kinds: Sequence[str]) -> Iterator[ChainFinding]:
    for seal in seals:
        if seal.kind not in kinds:
            why = f"no row of the kind {seal.kind[:40]} is ever written"
            yield ChainFinding(seal.chain, seal.number, Tampering.INSERTED, why)


def _is_of(seal: Seal, stop: KeptStop | None) -> bool:
    if stop is None:
        return False
    if seal.kind == RELEASED:
        return seal.at == stop.released_at
    return (seal.at, seal.text("kind"), seal.text("value")) == (stop.set_at, stop.kind, stop.value)


def _missed(seals: Sequence[Seal], stops: Sequence[KeptStop]) -> Iterator[str]:
    told = {(seal.kind, seal.text("stop_id")) for seal in seals}
    for stop in stops:
        if (SET, stop.stop_id) not in told:
            yield f"the stop {stop.stop_id}"
        if stop.released_at is not None and (RELEASED, stop.stop_id) not in told:
            yield f"the release of the stop {stop.stop_id}"
