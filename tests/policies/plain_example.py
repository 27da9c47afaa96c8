"""A plain worked example, and what is read of it when a part of it is another."""

from __future__ import annotations

from domain.model.contact import PastContact, PastFact
from policies.examples import Example, parse_examples

PLAIN = """- id: A-1
  pack: us.reg_f
  tz: [America/New_York]
  events: []
  ask: {at: "2026-03-03T10:00", channel: call}
  expect: allow
"""


def one(text: str = PLAIN) -> Example:
    (example,) = parse_examples(text, "own.yaml")
    return example


def with_event(event: str, pack: str = "us.reg_f") -> PastContact | PastFact:
    text = PLAIN.replace("events: []", f"events: [{{at: '2026-03-02T09:00', {event}}}]").replace("us.reg_f", pack)
    record = one(text).record
    return [*record.contacts, *record.facts][0]
