"""Rule packs in words: what each rule asks, where it comes from, and how far that was checked."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from domain.model.duties import Duties
from domain.model.pack import CONTACT_SECTIONS, Pack, Rule, RuleSource

_OWN = {"id", "source", "note"}


def header_words(pack: Pack) -> Iterator[str]:
    """The first lines of a pack: what it is, whom it binds, what it stands on."""
    header = pack.pack
    yield f"{header.id} v{header.version}: {header.title}"
    yield f"  binds {', '.join(pack.applies_to.actors)}; stands on {', '.join(header.extends) or 'nothing'}"
    until = f" to {header.valid_to}" if header.valid_to else ""
    review = f"reviewed by {header.reviewed_by}" if header.reviewed_by else "reviewed by nobody"
    yield f"  in force from {header.valid_from}{until}; {review}; {'' if header.production else 'not '}for production"


def pack_words(pack: Pack) -> Iterator[str]:
    """Every rule and duty of a pack."""
    yield from header_words(pack)
    for section in CONTACT_SECTIONS:
        rules: tuple[Rule, ...] = getattr(pack, section)
        if rules:
            yield ""
            yield f"{section.replace('_', ' ')}:"
        for rule in rules:
            yield f"  {pack.id}.{rule.id}: {_said(rule.model_dump(mode='json', exclude=_OWN, exclude_defaults=True))}"
            if rule.note:
                yield f"    {rule.note}"
            yield f"    {source_words(pack.sources[rule.source])}"
    yield from _duties(pack)


def source_words(source: RuleSource) -> str:
    return f"{source} [force {source.force}, status {source.status}]"


def _duties(pack: Pack) -> Iterator[str]:
    stated = [part for part in Duties.model_fields if getattr(pack, part)]
    if stated:
        yield ""
        yield "duties:"
    for part in stated:
        value = getattr(pack, part)
        for item in value if isinstance(value, tuple) else (value,):
            said = _said(item.model_dump(mode="json", exclude={"source"}, exclude_defaults=True))
            yield f"  {part.replace('_', ' ')}: {said or 'as usual'}"
            if item.source is not None:
                yield f"    {source_words(pack.sources[item.source])}"


def _said(value: JsonValue) -> str:
    """Data in words: ``open 08:00; close 22:00``."""
    if isinstance(value, dict):
        parts = [f"{key.replace('_', ' ')} {_said(inner)}" for key, inner in value.items() if inner is not None]
        return "; ".join(parts)
    if isinstance(value, list):
        return ", ".join(f"({_said(inner)})" if isinstance(inner, dict) else _said(inner) for inner in value)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value).replace("_", " ")
