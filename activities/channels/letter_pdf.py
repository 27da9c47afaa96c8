"""A letter as PDF: address in the window, reference, subject, paragraphs, numbered pages; the same bytes every time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Literal, NamedTuple

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Preformatted

from activities.channels.base import Outgoing, Rejected, Rejection, one_line
from activities.channels.letter_font import Font
from activities.channels.line_breaks import broken, widest

_LEFT, _RIGHT, _BOTTOM, _MARGIN_TOP, _BODY_TOP, _FOOT = 25 * mm, 20 * mm, 25 * mm, 25 * mm, 103 * mm, 14 * mm
_LEADING = 1.45
_KEPT_TOGETHER = 12
"""Lines of a paragraph that stay on one page; a longer one goes on overleaf."""
_MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905 shorter
)


class _Box(NamedTuple):
    """A place on the first page, from its upper left corner, and the size of what stands in it; in points."""

    left: float
    top: float
    width: float
    height: float
    size: float


_SENDER = _Box(20 * mm, 45 * mm, 85 * mm, 8 * mm, 7)
_ADDRESS = _Box(20 * mm, 53 * mm, 85 * mm, 37 * mm, 10)
_ADDRESS_SIZES = (_ADDRESS.size, 9, 8)
"""Smaller where a word would be torn; below this no sorting machine reads it."""
_SIDE = _Box(120 * mm, 45 * mm, 70 * mm, 45 * mm, 9)


class _Words(NamedTuple):
    """What the frame of a letter says in one language."""

    date: str
    reference: str
    account: str
    page: str


_ENGLISH = _Words("Date: ", "Our reference: ", "Account: ", "Page {page} of {pages}")
_WORDS = {
    "zh-CN": _Words("日期：", "我行编号：", "账户：", "第 {page} 页，共 {pages} 页"),
    "zh-TW": _Words("日期：", "本行編號：", "帳戶：", "第 {page} 頁，共 {pages} 頁"),
    "zh-HK": _Words("日期：", "本行編號：", "賬戶：", "第 {page} 頁，共 {pages} 頁"),
}


class _Block(NamedTuple):
    """Lines that are broken already."""

    lines: tuple[str, ...]
    size: float
    after: float = 0


@dataclass(frozen=True)
class Paper:
    """What is the same on all letters."""

    font: Font
    sender: str
    page: Literal["A4", "letter"] = "A4"

    @property
    def size(self) -> tuple[float, float]:
        return A4 if self.page == "A4" else LETTER

    @property
    def has_room_for_its_sender(self) -> bool:
        return self.font.prints([one_line(self.sender)]) and self.placed([one_line(self.sender)], _SENDER) is not None

    def placed(self, lines: Iterable[str], box: _Box) -> _Block | None:
        """The lines as they are broken in the box; None when it has no room for them."""
        block = self.block(lines, box.size, box.width)
        return block if len(block.lines) * box.size * _LEADING <= box.height else None

    def tears(self, lines: Iterable[str], box: _Box) -> bool:
        """Whether a word is wider than the box."""
        return any(widest(line, self.font.measure(box.size)) > box.width for line in lines)

    def block(self, lines: Iterable[str], size: float, width: float, after: float = 0) -> _Block:
        measure = self.font.measure(size)
        return _Block(tuple(part for line in lines for part in broken(line, width, measure)), size, after)


@dataclass(frozen=True)
class _Letter:
    """All that stands on a letter, every line of it measured: nothing is refused while it is drawn."""

    paper: Paper
    words: _Words
    title: str
    head: tuple[tuple[_Box, _Block], ...]
    body: tuple[_Block, ...]

    def printed(self, pages: int) -> tuple[bytes, int]:
        """The PDF that says it has so many pages, and how many it has."""
        file = BytesIO()
        document = BaseDocTemplate(
            file, pagesize=self.paper.size, invariant=1, title=self.title, initialFontName=self.paper.font.name
        )
        first, later = self._template("first", _BODY_TOP, pages), self._template("later", _MARGIN_TOP, pages)
        first.autoNextPageTemplate = "later"
        document.addPageTemplates([first, later])
        document.build([self._flowable(block) for block in self.body])
        return file.getvalue(), document.page

    def _template(self, name: str, top: float, pages: int) -> PageTemplate:
        width, height = self.paper.size
        frame = Frame(_LEFT, _BOTTOM, width - _LEFT - _RIGHT, height - top - _BOTTOM, 0, 0, 0, 0)

        def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
            if name == "first":
                self._draw_head(canvas)
            canvas.setFont(self.paper.font.name, 8)
            canvas.drawCentredString(width / 2, _FOOT, self.words.page.format(page=document.page, pages=pages))

        return PageTemplate(name, [frame], onPage=draw)

    def _draw_head(self, canvas: Canvas) -> None:
        height = self.paper.size[1]
        for box, block in self.head:
            canvas.setFont(self.paper.font.name, block.size)
            for number, line in enumerate(block.lines):
                canvas.drawString(box.left, height - box.top - block.size * (1 + number * _LEADING), line)

    def _flowable(self, block: _Block) -> Flowable:
        style = ParagraphStyle(
            "letter",
            fontName=self.paper.font.name,
            fontSize=block.size,
            leading=block.size * _LEADING,
            spaceAfter=block.after,
        )
        text = Preformatted("\n".join(block.lines), style)
        return KeepTogether([text]) if len(block.lines) <= _KEPT_TOGETHER else text


def letter_pdf(message: Outgoing, paper: Paper) -> bytes:
    """The finished letter. Raises Rejected."""
    words = _WORDS.get(message.locale, _ENGLISH)
    address = [one_line(line) for line in message.address.splitlines() if line.strip()]
    side, subject = _side(message, words), one_line(message.content.subject or "")
    paragraphs = _paragraphs(message.content.text)
    if not address:
        raise Rejected("the letter has no address", Rejection.ADDRESS)
    if not paragraphs:
        raise Rejected("the letter has no text", Rejection.NO_TEXT)
    if not paper.font.prints([*address, *side, subject, *paragraphs, words.page]):
        raise Rejected("the letter has a sign that the font cannot print", Rejection.UNPRINTABLE)
    letter = _Letter(paper, words, subject, _head(paper, address, side), _body(paper, subject, paragraphs))
    pages = letter.printed(0)[1]  # only a first run tells how many pages there are
    return letter.printed(pages)[0]


def _head(paper: Paper, address: Sequence[str], side: Sequence[str]) -> tuple[tuple[_Box, _Block], ...]:
    sizes = (_ADDRESS._replace(size=size) for size in _ADDRESS_SIZES)
    box = next((each for each in sizes if not paper.tears(address, each)), None)
    window, beside = box and paper.placed(address, box), paper.placed(side, _SIDE)
    if window is None:
        raise Rejected("the address does not fit its window", Rejection.ADDRESS)
    if beside is None:
        raise Rejected("the account or the reference does not fit its place", Rejection.TOO_LONG)
    sender = paper.block([one_line(paper.sender)], _SENDER.size, _SENDER.width)
    return (_SENDER, sender), (_ADDRESS, window), (_SIDE, beside)


def _body(paper: Paper, subject: str, paragraphs: Iterable[str]) -> tuple[_Block, ...]:
    width = paper.size[0] - _LEFT - _RIGHT
    title = [paper.block([subject], 12.5, width, after=5 * mm)] if subject else []
    return (*title, *(paper.block([text], 10.5, width, after=3 * mm) for text in paragraphs))


def _side(message: Outgoing, words: _Words) -> tuple[str, ...]:
    """What stands beside the address; where others may read it, nothing that tells of an account."""
    date = f"{words.date}{_day(message.on, chinese=words is not _ENGLISH)}"
    account, reference = (
        f"{words.account}{one_line(message.account_id)}",
        f"{words.reference}{one_line(message.reference)}",
    )
    return (date,) if message.discreet else (date, account, reference)


def _paragraphs(text: str) -> tuple[str, ...]:
    """Parts between empty lines; a single line break stays one."""
    blocks = re.split(r"\n\s*\n", "\n".join(text.splitlines()))
    return tuple("\n".join(one_line(line) for line in block.strip().splitlines()) for block in blocks if block.strip())


def _day(on: date, *, chinese: bool) -> str:
    return f"{on.year}年{on.month}月{on.day}日" if chinese else f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
