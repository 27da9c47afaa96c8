"""Letters on paper: one PDF a letter in a print folder by business day, for a window envelope (DIN 5008, form B)."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from activities.channels.base import Outgoing, Receipt
from activities.channels.folder import KeyFolder
from activities.channels.letter_font import Font, FontMissing
from activities.channels.letter_pdf import Paper, letter_pdf
from domain.model.base import Model
from domain.model.errors import InputError


class LetterSettings(Model):
    """Where letters go, and what stands on each of them."""

    folder: Path
    """The print folder."""
    sender: str = Field(min_length=1)
    """The bank's name and address, on one line above the receiver's address."""
    page: Literal["A4", "letter"] = "A4"
    font: Path = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
    """A TrueType font with all the letters that are needed; it is embedded."""
    font_index: int = Field(default=0, ge=0)
    """Which font of a collection (TTC)."""


class Letters:
    """Writes letters into the print folder; a key appears there at most once.

    Raises InputError when no letter at all could be printed with these settings.
    """

    def __init__(self, settings: LetterSettings) -> None:
        self._paper = _paper(settings)
        self._folder = KeyFolder(settings.folder, suffix=".pdf", called="print folder")

    def deliver(self, message: Outgoing) -> Receipt:
        """Print the letter into its file; delivered means that the printer may fetch it."""
        return self._folder.write(message.key, message.on, letter_pdf(message, self._paper))

    def lookup(self, key: str) -> Receipt | None:
        """The file of the key."""
        return self._folder.find(key)


def _paper(settings: LetterSettings) -> Paper:
    try:
        font = Font(settings.font, settings.font_index)
    except FontMissing as missing:
        raise InputError(f"DUECOURSE_LETTER__FONT: {missing}") from None
    paper = Paper(font, settings.sender, settings.page)
    if not paper.has_room_for_its_sender:
        raise InputError(
            "DUECOURSE_LETTER__SENDER: it does not fit its line above the address, or has a sign that the font lacks"
        )
    return paper
