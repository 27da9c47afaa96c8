"""Faults are planted in a copy of the texts."""

from collections.abc import Sequence
from pathlib import Path

from domain.model.errors import InputError
from domain.model.pack import Pack
from domain.model.strategy import Channel
from policies.texts import sample, texts_of


def append(file: Path, line: str, block: str = "ask") -> int:
    """Writes a line at the end of a block; its number."""
    lines = file.read_text(encoding="utf-8").splitlines()
    start = next(i for i, text in enumerate(lines) if f"block {block}" in text)
    end = next(i for i in range(start, len(lines)) if "endblock" in lines[i])
    lines.insert(end, line)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return end + 1


def refusal(folder: Path, locale: str, line: str, packs: Sequence[Pack], notice: str = "firm-notice") -> str:
    """Why a text with this line in it may not leave; empty when it may."""
    append(folder / locale / f"{notice}.email.txt", line, "ask" if notice == "firm-notice" else "words")
    try:
        texts_of(folder).render(notice, Channel.EMAIL, locale, sample(notice, locale), (), packs)
    except InputError as refused:
        return str(refused)
    return ""
