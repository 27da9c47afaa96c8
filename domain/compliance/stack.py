"""A stack of packs, compiled once into what each kind of question is judged by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from domain.compliance import compiling
from domain.compliance.compiling import Question
from domain.compliance.conditions import Conditions
from domain.compliance.judge import Judge
from domain.model.contact import ContactAsk, FactKind
from domain.model.pack import Effect, Pack

_MOST_STACKS = 64
_SECTIONS: tuple[Callable[[Pack, Question], Iterator[tuple[Judge, Effect]]], ...] = (
    compiling.notices,
    compiling.opt_outs,
    compiling.channel_consents,
    compiling.windows,
    compiling.cooldowns,
    compiling.caps,
)
"""In the order in which refusals are listed, behind holds and parties."""


@dataclass(frozen=True, slots=True)
class Applying:
    """All that bears on one kind of question."""

    judges: tuple[Judge, ...]
    """Those that refuse, in the order in which refusals are listed."""
    conditions: Conditions
    _by_facts: dict[frozenset[FactKind], tuple[Judge, ...]] = field(default_factory=dict)

    def to_ask(self, facts: Iterable[FactKind]) -> tuple[Judge, ...]:
        """The judges that may refuse where facts of these kinds are on record."""
        known = frozenset(facts)
        found = self._by_facts.get(known)
        if found is None:
            found = tuple(judge for judge in self.judges if judge.needs is None or judge.needs in known)
            self._by_facts[known] = found
        return found


@dataclass(slots=True)
class Stack:
    """Some packs, and what was compiled of them so far."""

    packs: tuple[Pack, ...]
    by_question: dict[Question, Applying] = field(default_factory=dict)

    def applying(self, ask: ContactAsk) -> Applying:
        question = (ask.actor, ask.party, ask.channel, ask.place)
        found = self.by_question.get(question)
        if found is None:
            found = self.by_question[question] = _compile(self.packs, question)
        return found


_stacks: dict[tuple[int, ...], Stack] = {}


def stack_of(packs: Sequence[Pack]) -> Stack:
    """The compiled stack of these very packs: it is known by their identity, which it keeps alive."""
    key = tuple(map(id, packs))
    found = _stacks.get(key)
    if found is None:
        if len(_stacks) >= _MOST_STACKS:
            _stacks.clear()
        found = _stacks[key] = Stack(tuple(packs))
    return found


def _compile(packs: Sequence[Pack], question: Question) -> Applying:
    actor, party, _, _ = question
    binding = [pack for pack in packs if actor in pack.applies_to.actors]
    rest = [rule for section in _SECTIONS for pack in binding for rule in section(pack, question)]
    judges = chain(
        compiling.surroundings(binding),
        *(compiling.holds(pack, question) for pack in binding),
        compiling.unknown_holds(packs),
        *(compiling.parties(pack, question) for pack in binding),
        () if any(rule.id is party for pack in binding for rule in pack.parties) else compiling.no_party(party),
        (judge for judge, effect in rest if effect is not Effect.WARN),
    )
    warnings = tuple(judge for judge, effect in rest if effect is Effect.WARN)
    return Applying(tuple(judges), _conditions(binding, question, warnings))


def _conditions(packs: Sequence[Pack], question: Question, warnings: tuple[Judge, ...]) -> Conditions:
    _, party, channel, _ = question
    return Conditions(
        disclosures=tuple(
            (f"{pack.id}.{rule.id}", rule)
            for pack in packs
            for rule in pack.disclosures
            if channel in rule.channels and party in rule.parties
        ),
        contents=tuple(
            f"{pack.id}.{rule.id}.{rule.content}"
            for pack in packs
            for rule in pack.parties
            if rule.id is party and rule.content != "full"
        ),
        warnings=warnings,
        notices=tuple((f"{pack.id}.{rule.id}", rule) for pack in packs for rule in pack.notices),
    )
