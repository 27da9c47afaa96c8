"""Values made harmless: what comes from outside enters a text as plain, visible, short words."""

from __future__ import annotations

import re
import unicodedata

MOST_OF_A_NAME = 60
MOST_OF_A_REFERENCE = 60
_SIGNS_OF_NAMES = frozenset(" '’‘`´-‐.,·•・&/()（）、")
_SIGNS_OF_REFERENCES = frozenset("-_/*#")


def clean_name(name: str | None) -> str | None:
    """A name without what no name has: control, bidirectional and invisible characters, digits, other signs.

    Line ends become spaces. A space follows each inner dot, so that no phone makes a link of a name.
    """
    if name is None:
        return None
    spaced = "".join(
        " " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", name[: MOST_OF_A_NAME * 9])
    )
    kept = "".join(sign for sign in spaced if unicodedata.category(sign)[0] in "LM" or sign in _SIGNS_OF_NAMES)
    apart = re.sub(r"\.(?=\S)", ". ", kept)
    cut = " ".join(apart.split())[:MOST_OF_A_NAME].strip()
    return cut if any(sign.isalpha() for sign in cut) else None


def clean_reference(reference: str) -> str:
    """A reference of plain letters, digits and a few signs."""
    kept = (sign for sign in reference if (sign.isascii() and sign.isalnum()) or sign in _SIGNS_OF_REFERENCES)
    return "".join(kept)[:MOST_OF_A_REFERENCE]


def is_visible_line(text: str) -> bool:
    """Whether a text is one line of visible characters."""
    return all(sign == " " or (sign.isprintable() and unicodedata.category(sign) != "Co") for sign in text)
