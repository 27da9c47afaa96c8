"""Published policies: every version of a strategy or a rule pack that a case may be pinned to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from domain.model.errors import InputError
from domain.model.rules import Rules
from domain.model.strategy import PolicyRef, Strategy
from ledger.canonical import canonical, sha256
from ledger.inserts import insert_new
from ledger.tables import policies

_MODELS: Mapping[str, type[Strategy | Rules]] = {"strategy": Strategy, "rules": Rules}
_MOST_PARSED = 256
# By kind and digest of the content, so that an entry can never be out of date, whatever ledger it came from.
_parsed: dict[tuple[str, str], Strategy | Rules] = {}


def publish_strategy(conn: Connection, strategy: Strategy, at: datetime) -> PolicyRef:
    """Store a strategy once; raises InputError when this version was published with other content."""
    return _publish(conn, "strategy", strategy, at)


def publish_rules(conn: Connection, rules: Rules, at: datetime) -> PolicyRef:
    """Store a rule pack once; raises InputError when this version was published with other content."""
    return _publish(conn, "rules", rules, at)


def strategy(conn: Connection, ref: PolicyRef) -> Strategy:
    """The strategy that a case is pinned to; raises InputError when it was never published here."""
    return _strategy(_load(conn, {"strategy": ref}))


def rules(conn: Connection, ref: PolicyRef) -> Rules:
    """The rule pack that a case is pinned to; raises InputError when it was never published here."""
    return _rules(_load(conn, {"rules": ref}))


def pinned(conn: Connection, strategy_ref: PolicyRef, rules_ref: PolicyRef) -> tuple[Strategy, Rules]:
    """Both at once: one statement the first time, none afterwards."""
    loaded = _load(conn, {"strategy": strategy_ref, "rules": rules_ref})
    return _strategy(loaded), _rules(loaded)


def are_published(conn: Connection, strategy_ref: PolicyRef, rules_ref: PolicyRef) -> bool:
    """Whether a case that is pinned to both can be decided by this ledger."""
    return len(_bodies(conn, (("strategy", strategy_ref), ("rules", rules_ref)))) == 2


def all_rules(conn: Connection) -> tuple[Rules, ...]:
    """Every version of the rules that was ever published here."""
    c = policies.c
    found = conn.execute(select(c.name, c.version, c.digest).where(c.kind == "rules").order_by(c.name, c.version))
    return tuple(rules(conn, PolicyRef(name=name, version=version, digest=digest)) for name, version, digest in found)


def strategy_names(conn: Connection) -> tuple[str, ...]:
    """Name of every strategy that was ever published here."""
    c = policies.c
    return tuple(conn.scalars(select(c.name).distinct().where(c.kind == "strategy").order_by(c.name)))


def _publish(conn: Connection, kind: str, policy: Strategy | Rules, at: datetime) -> PolicyRef:
    body = canonical(policy.model_dump(mode="json"))
    ref = PolicyRef(name=policy.name, version=policy.version, digest=sha256(body)[:16])
    row = {"kind": kind, **ref.model_dump(), "body": body, "published_at": at}
    if not insert_new(conn, policies, row) and _digest(conn, kind, ref) != ref.digest:
        raise InputError(f"{kind} {ref} was changed; give it a new version")
    return ref


def _digest(conn: Connection, kind: str, ref: PolicyRef) -> str | None:
    c = policies.c
    return conn.scalar(select(c.digest).where(c.kind == kind, c.name == ref.name, c.version == ref.version))


def _load(conn: Connection, refs: Mapping[str, PolicyRef]) -> dict[str, Strategy | Rules]:
    wanted = {kind: ref for kind, ref in refs.items() if (kind, ref.digest) not in _parsed}
    found = {kind: _parsed[kind, ref.digest] for kind, ref in refs.items() if kind not in wanted}
    if wanted:
        bodies = _bodies(conn, wanted.items())
        found |= {kind: _parse(kind, ref, bodies.get(kind)) for kind, ref in wanted.items()}
    return found


def _bodies(conn: Connection, refs: Iterable[tuple[str, PolicyRef]]) -> dict[str, str]:
    c = policies.c
    wanted = (
        and_(c.kind == kind, c.name == ref.name, c.version == ref.version, c.digest == ref.digest) for kind, ref in refs
    )
    statement = select(c.kind, c.body).where(or_(*wanted))
    return {row.kind: row.body for row in conn.execute(statement)}


def _parse(kind: str, ref: PolicyRef, body: str | None) -> Strategy | Rules:
    if body is None:
        raise InputError(f"{kind} {ref} ({ref.digest}) is not published in this ledger")
    if len(_parsed) >= _MOST_PARSED:
        _parsed.clear()
    return _parsed.setdefault((kind, ref.digest), _MODELS[kind].model_validate_json(body))


def _strategy(loaded: Mapping[str, Strategy | Rules]) -> Strategy:
    found = loaded["strategy"]
    assert isinstance(found, Strategy)
    return found


def _rules(loaded: Mapping[str, Strategy | Rules]) -> Rules:
    found = loaded["rules"]
    assert isinstance(found, Rules)
    return found
