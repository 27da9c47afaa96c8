"""Values made harmless: what comes from outside enters a text as plain, visible, short words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MOST_OF_A_NAME = 60
MOST_OF_A_REFERENCE = 60
_MOST_ACCENTS, _MOST_MARKS = 2, 4
"""On one letter. Some alphabets stack vowels, which are marks too; more accents than two are no name."""
_SIGNS_OF_NAMES = frozenset(" '’‘`´-‐.,·•・&/()（）、")
_SIGNS_OF_REFERENCES = frozenset("-_/*#")
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that nobody sees: fillers, variation selectors, joiners. Braille's blank is one in effect."""


def clean_name(name: str | None) -> str | None:
    """A name without what no name has: control, bidirectional and invisible characters, digits, other signs.

    Line ends become spaces, dashes hyphens. A space parts a dot from a letter behind it, so that no phone makes a link
    of a name. One that is too long ends with a whole word where it has several.
    """
    if name is None:
        return None
    spaced = "".join(_plain(sign) for sign in unicodedata.normalize("NFC", name[: MOST_OF_A_NAME * 9]))
    kept = "".join(sign for sign in spaced if unicodedata.category(sign)[0] in "LM" or sign in _SIGNS_OF_NAMES)
    apart = re.sub(r"\.(?=\w)", ". ", _few_marks(unicodedata.normalize("NFC", _BLANK.sub("", kept))))
    cut = _short(" ".join(apart.split()))
    return cut if any(sign.isalpha() for sign in cut) else None


def _plain(sign: str) -> str:
    if sign.isspace():
        return " "
    return "-" if unicodedata.category(sign) == "Pd" else sign


def _short(name: str) -> str:
    whole, _, _ = name[: MOST_OF_A_NAME + 1].rpartition(" ")
    return name if len(name) <= MOST_OF_A_NAME else whole or name[:MOST_OF_A_NAME]


def _few_marks(text: str) -> str:
    """Without marks that stand on no letter, and with few on each."""
    kept: list[str] = []
    accents = marks = _MOST_MARKS
    for sign in text:
        if unicodedata.category(sign)[0] != "M":
            accents = marks = 0 if sign.isalpha() else _MOST_MARKS
        else:
            accents, marks = accents + bool(unicodedata.combining(sign)), marks + 1
            if accents > _MOST_ACCENTS or marks > _MOST_MARKS:
                continue
        kept.append(sign)
    return "".join(kept)


def clean_reference(reference: str) -> str:
    """A reference of plain letters, digits and a few signs."""
    kept = (sign for sign in reference if (sign.isascii() and sign.isalnum()) or sign in _SIGNS_OF_REFERENCES)
    return "".join(kept)[:MOST_OF_A_REFERENCE]


def is_visible_line(text: str) -> bool:
    """Whether a text is one line of visible characters."""
    return all(sign == " " or (sign.isprintable() and not is_hidden(sign)) for sign in text) and not _BLANK.search(text)


@lru_cache(maxsize=4_096)
def is_hidden(sign: str) -> bool:
    """Whether a sign belongs to no text that people read: it formats, or stands for what only its writer knows."""
    return unicodedata.category(sign) in ("Cf", "Co")


def hidden_in(text: str) -> set[str]:
    """The hidden signs of a text; each is looked at once, however often it stands there."""
    return set(filter(is_hidden, set(text)))


def searchable(text: str) -> str:
    """A text as its reader takes it: narrow and wide signs alike, and nothing between the letters of a word."""
    seen = unicodedata.normalize("NFKC", text)
    return _BLANK.sub("", seen.translate(dict.fromkeys(map(ord, hidden_in(seen)))))
