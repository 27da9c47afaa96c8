"""The font of letters: loaded once, embedded in every letter, and asked how wide its signs are."""

import hashlib
import struct
import threading
import unicodedata
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from activities.channels.line_breaks import Measure

_UNUSABLE = (TTFError, OSError, struct.error, LookupError, ValueError)
"""What reportlab raises for a file that is not there, is no font, or is cut off."""
_BACKWARDS = frozenset(("R", "AL"))
"""What is written from right to left; a letter is drawn from left to right, sign by sign."""
_loading = threading.Lock()


class FontMissing(Exception):  # noqa: N818 told in one line by the channel
    """The font cannot be used."""


class Font:
    """A TrueType font, one of its file's when it is a collection. Raises FontMissing."""

    def __init__(self, path: Path, index: int) -> None:
        self.name = f"letter-{hashlib.sha256(f'{path}#{index}'.encode()).hexdigest()[:8]}"
        with _loading:
            if self.name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(_loaded(self.name, path, index))
        registered = pdfmetrics.getFont(self.name)
        assert isinstance(registered, TTFont)
        self._glyphs = registered.face.charToGlyph

    def prints(self, texts: Iterable[str]) -> bool:
        """Whether it has every sign: no letter shows a name with an empty box, or spelled backwards."""
        signs = {sign for text in texts for sign in text if sign not in "\n "}
        return all(self._has(sign) and unicodedata.bidirectional(sign) not in _BACKWARDS for sign in signs)

    def _has(self, sign: str) -> bool:
        return ord(sign) in self._glyphs

    def measure(self, points: float) -> Measure:
        """How wide a text is in this size, in points."""
        return partial(pdfmetrics.stringWidth, fontName=self.name, fontSize=points)


def _loaded(name: str, path: Path, index: int) -> TTFont:
    try:
        return TTFont(name, path, subfontIndex=index)
    except _UNUSABLE:
        raise FontMissing(
            f"font {index} of {path} is missing or is no TrueType font: "
            "install Debian's fonts-wqy-zenhei, or name another font"
        ) from None
