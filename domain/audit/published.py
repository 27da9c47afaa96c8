"""Published: whether the policies by which everything was decided and is judged are as they were published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.audit.told import KeptPolicy

_DIGITS = 16
"""So many hex digits of the SHA-256 of its body are a policy's digest, to which cases are pinned."""


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """A stored policy that is not the one that was published."""

    kind: str
    name: str
    version: int
    why: str
    """One sentence for people."""


def changed(policies: Iterable[KeptPolicy]) -> Iterator[PolicyFinding]:
    """The policies whose body is not the one that their digest was computed of."""
    for policy in policies:
        if hashlib.sha256(policy.body.encode("utf-8")).hexdigest()[:_DIGITS] != policy.digest:
            why = "its digest is not that of its body: what is judged by it proves nothing"
            yield PolicyFinding(policy.kind, policy.name, policy.version, why)
