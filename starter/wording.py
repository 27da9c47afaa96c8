"""The words of this bank: its texts, and whether a strategy finds in them all that it wants to say."""

from __future__ import annotations

from domain.model.errors import InputError
from domain.model.strategy import Strategy
from policies.texts import Texts, load_bank, missing, texts_of
from starter.settings import Settings


def texts_for(settings: Settings) -> Texts:
    """The texts and the profile that the settings name; raises InputError for a broken file, and when there are none in
    the language of persons of whom none is known."""
    texts = texts_of(settings.wording, None if settings.bank_file is None else load_bank(settings.bank_file))
    known = texts.templates.locales
    if not known:
        raise InputError(f"there are no texts in {texts.templates.folder}")
    if settings.locale not in known:
        raise InputError(f"DUECOURSE_LOCALE: no texts in {settings.locale}: there are {', '.join(known)}")
    return texts


def check_words(strategy: Strategy, settings: Settings) -> None:
    """Raise InputError when a notice of the ladder has no text for one of its channels, in any language of the bank.

    Files are looked for and not read: what they say is checked by ``duecourse wording lint``.
    """
    texts = texts_for(settings)
    gaps = missing(texts, [strategy])
    if gaps:
        first, more = gaps[0], len(gaps) - 1
        besides = f", and {more} more" if more else ""
        raise InputError(
            f"strategy {strategy.name}: no text for the notice {first.notice} by {first.channel} in {first.locale}: "
            f"{first.file} is missing in {texts.templates.folder}{besides}"
        )
