"""Letters on paper: one PDF a letter in a print folder by business day, for a window envelope (DIN 5008, form B)."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from activities.channels.base import NotTaken, Outgoing, Receipt, Rejected
from activities.channels.folder import KeyFolder
from activities.channels.letter_pdf import Font, FontMissing, Unprintable, letter_pdf
from domain.model.base import Model


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
    """Writes letters into the print folder; a key appears there at most once."""

    def __init__(self, settings: LetterSettings) -> None:
        self._settings = settings
        self._folder = KeyFolder(settings.folder, suffix=".pdf", called="print folder")

    def deliver(self, message: Outgoing) -> Receipt:
        """Print the letter into its file; delivered means that the printer may fetch it."""
        settings = self._settings
        try:
            font = Font(settings.font, settings.font_index)
            pdf = letter_pdf(message, font, sender=settings.sender, page=settings.page)
        except FontMissing as error:
            raise NotTaken(str(error)) from None
        except Unprintable as error:
            raise Rejected(str(error)) from None
        return self._folder.write(message.key, message.on, pdf)

    def lookup(self, key: str) -> Receipt | None:
        """The file of the key."""
        return self._folder.find(key)
