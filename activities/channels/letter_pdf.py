"""A letter as PDF: address in the window, reference, subject, paragraphs, numbered pages; the same bytes every time."""

import hashlib
import re
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

from activities.channels.base import Outgoing, one_line

_WINDOW_LEFT, _WINDOW_TOP, _WINDOW_WIDTH, _WINDOW_HEIGHT = 20 * mm, 45 * mm, 85 * mm, 45 * mm
_SENDER_HEIGHT = 8 * mm
_SIDE_LEFT = 120 * mm
_LEFT, _RIGHT, _BOTTOM, _MARGIN_TOP, _BODY_TOP = 25 * mm, 20 * mm, 25 * mm, 25 * mm, 103 * mm
_FOOT = 14 * mm
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


class FontMissing(Exception):  # noqa: N818 told in one line by the channel
    """The font cannot be used."""


class Unprintable(Exception):  # noqa: N818 told in one line by the channel
    """The letter cannot be printed as it is; the line repeats none of it."""


class _Words(NamedTuple):
    """What the frame of a letter says in one language."""

    date: str
    reference: str
    account: str
    page: str


_ENGLISH = _Words("Date", "Reference", "Account", "Page {page} of {pages}")
_WORDS = {
    "zh-CN": _Words("日期", "参考编号", "账户", "第 {page} 页，共 {pages} 页"),
    "zh-TW": _Words("日期", "參考編號", "帳戶", "第 {page} 頁，共 {pages} 頁"),
    "zh-HK": _Words("日期", "參考編號", "賬戶", "第 {page} 頁，共 {pages} 頁"),
}
_Box = tuple[float, float, float, float]
"""Left, top, width and height, in points."""
_loading = threading.Lock()


class Font:
    """A font that the letter carries inside."""

    def __init__(self, path: Path, index: int) -> None:
        self.name = f"letter-{hashlib.sha256(f'{path}#{index}'.encode()).hexdigest()[:8]}"
        with _loading:
            if self.name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(_loaded(self.name, path, index))
        registered = pdfmetrics.getFont(self.name)
        assert isinstance(registered, TTFont)
        self._glyphs = registered.face.charToGlyph

    def check(self, texts: Iterable[str]) -> None:
        """Raise Unprintable rather than print an empty box in somebody's name."""
        if any(ord(sign) not in self._glyphs for text in texts for sign in text if sign not in "\n "):
            raise Unprintable("the letter has a sign that the font cannot print: choose a font that has it")


@dataclass(frozen=True)
class _Letter:
    """All that stands on a letter."""

    font: Font
    words: _Words
    size: tuple[float, float]
    sender: str
    address: tuple[str, ...]
    head: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]

    def printed(self, pages: int) -> tuple[bytes, int]:
        """The PDF that says it has so many pages, and how many it has."""
        file = BytesIO()
        document = BaseDocTemplate(
            file, pagesize=self.size, invariant=1, title=self.subject, initialFontName=self.font.name
        )
        first, later = self._template("first", _BODY_TOP, pages), self._template("later", _MARGIN_TOP, pages)
        first.autoNextPageTemplate = "later"
        document.addPageTemplates([first, later])
        document.build(self._body())
        return file.getvalue(), document.page

    def _template(self, name: str, top: float, pages: int) -> PageTemplate:
        width, height = self.size
        frame = Frame(_LEFT, _BOTTOM, width - _LEFT - _RIGHT, height - top - _BOTTOM, 0, 0, 0, 0)

        def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
            if name == "first":
                self._draw_head(canvas)
            canvas.setFont(self.font.name, 8)
            canvas.drawCentredString(width / 2, _FOOT, self.words.page.format(page=document.page, pages=pages))

        return PageTemplate(name, [frame], onPage=draw)

    def _draw_head(self, canvas: Canvas) -> None:
        width, height = self.size
        top = height - _WINDOW_TOP
        side = width - _SIDE_LEFT - _RIGHT
        self._draw(canvas, [self.sender], 7, (_WINDOW_LEFT, top, _WINDOW_WIDTH, _SENDER_HEIGHT))
        box = (_WINDOW_LEFT, top - _SENDER_HEIGHT, _WINDOW_WIDTH, _WINDOW_HEIGHT - _SENDER_HEIGHT)
        self._draw(canvas, self.address, 10, box)
        self._draw(canvas, self.head, 9, (_SIDE_LEFT, top, side, _WINDOW_HEIGHT))

    def _draw(
        self, canvas: Canvas, lines: Iterable[str], points: float, box: tuple[float, float, float, float]
    ) -> None:
        """Lines from the top of a box, each wrapped to its width."""
        left, top, width, room = box
        for line in lines:
            paragraph = self._paragraph(line, points)
            used = paragraph.wrapOn(canvas, width, room)[1]
            if used > room:
                raise Unprintable("the address or the reference does not fit its place on the letter")
            room, top = room - used, top - used
            paragraph.drawOn(canvas, left, top)

    def _body(self) -> list[Flowable]:
        texts: list[Flowable] = [self._paragraph(text, 10.5, after=3 * mm) for text in self.paragraphs]
        return [self._paragraph(self.subject, 12.5, after=5 * mm), *texts] if self.subject else texts

    def _paragraph(self, text: str, points: float, *, after: float = 0) -> Paragraph:
        """Chinese breaks between any two characters, other words only between words."""
        wrap = "CJK" if any(unicodedata.east_asian_width(sign) in "WF" for sign in text) else None
        style = ParagraphStyle(
            "letter", fontName=self.font.name, fontSize=points, leading=points * 1.45, spaceAfter=after, wordWrap=wrap
        )
        return Paragraph(escape(text).replace("\n", "<br/>"), style)


def letter_pdf(message: Outgoing, font: Font, *, sender: str, page: str = "A4") -> bytes:
    """The finished letter. Raises Unprintable."""
    words = _WORDS.get(message.locale, _ENGLISH)
    letter = _Letter(
        font=font,
        words=words,
        size=A4 if page == "A4" else LETTER,
        sender=one_line(sender),
        address=tuple(one_line(line) for line in message.address.splitlines() if line.strip()),
        head=_head(message, words),
        subject=one_line(message.content.subject or ""),
        paragraphs=_paragraphs(message.content.text),
    )
    if not letter.address or not letter.paragraphs:
        raise Unprintable("the letter has no address or no text")
    font.check([letter.sender, *letter.address, *letter.head, letter.subject, *letter.paragraphs, words.page])
    pages = letter.printed(0)[1]  # only a first run tells how many pages there are
    return letter.printed(pages)[0]


def _head(message: Outgoing, words: _Words) -> tuple[str, ...]:
    date = f"{words.date}: {_day(message.on, chinese=words is not _ENGLISH)}"
    account, reference = (
        f"{words.account}: {one_line(message.account_id)}",
        f"{words.reference}: {one_line(message.key)}",
    )
    return (date,) if message.discreet else (date, account, reference)


def _paragraphs(text: str) -> tuple[str, ...]:
    """Parts between empty lines; a single line break stays one."""
    blocks = re.split(r"\n\s*\n", "\n".join(text.splitlines()))
    return tuple("\n".join(one_line(line) for line in block.strip().splitlines()) for block in blocks if block.strip())


def _day(on: date, *, chinese: bool) -> str:
    return f"{on.year}年{on.month}月{on.day}日" if chinese else f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def _loaded(name: str, path: Path, index: int) -> TTFont:
    try:
        return TTFont(name, path, subfontIndex=index)
    except (TTFError, OSError):
        raise FontMissing(
            f"the letters' font {path} is missing or is no TrueType font: "
            "install Debian's fonts-wqy-zenhei, or name another font in the settings; the letter is tried again"
        ) from None
