"""The bank as its customers are told of it, in each language: read from a YAML file of the bank's own."""

from __future__ import annotations

from functools import cache
from os import PathLike
from typing import Annotated

from pydantic import AfterValidator, Field, PrivateAttr

from domain.model.base import Model
from domain.model.errors import InputError
from domain.model.message import LocaleName
from policies import packaged
from policies.faults import build
from policies.source import Source, parse
from policies.texts.clean import is_visible_line


def _line(text: str) -> str:
    if not text.strip() or not is_visible_line(text):
        raise ValueError("write one line of visible characters")
    return text.strip()


Line = Annotated[str, Field(max_length=300), AfterValidator(_line)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{2,19}$")]
Host = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class BankProfile(Model):
    """What texts tell about the bank, in one language."""

    institution_name: Line
    """The bank's name; it shows nobody why the bank writes."""
    phone: Phone
    hours: Line
    """When somebody answers the phone, as it stands in a sentence."""
    website: Line
    email: Line
    address: Line
    """For letters and visits."""
    pay_online: Line
    """Where and how, as it stands after a colon; so are the two below."""
    pay_transfer: Line
    pay_online_guarantor: Line | None = None
    """The same for who guaranteed the card of somebody else; None: the texts ask for a call."""
    pay_transfer_guarantor: Line | None = None
    pay_counter: Line
    pay_short: Line
    """All the ways to pay in a few words, for text messages."""
    complaint_phone: Phone
    complaint_elsewhere: Line | None = None
    """Where a complaint may go when the bank's answer does not satisfy."""
    opt_out_sms: Line
    """A whole sentence: how to stop text messages, by a word that the rule packs hear."""
    opt_in_sms: Line
    """A whole sentence: how to get them again, by such a word."""
    opt_out_email: Line
    opt_in_email: Line
    seal: Line
    """Who signs, and where the business seal stands."""


class BankFile(Model):
    """A file about the bank: its own internet hosts, and its profile in each language."""

    hosts: tuple[Host, ...] = Field(min_length=1)
    """Links lead here and to their subdomains, and nowhere else."""
    profiles: dict[LocaleName, BankProfile] = Field(min_length=1)
    _source: Source | None = PrivateAttr(default=None)

    def profile(self, locale: str) -> BankProfile:
        """The profile in a language; raises InputError when there is none."""
        if locale not in self.profiles:
            raise InputError(f"the bank's profile has no locale {locale!r}: there are {', '.join(self.profiles)}")
        return self.profiles[locale]

    def place_of(self, locale: str, field: str) -> str:
        """File and line where this stands."""
        if self._source is None:
            return "bank.yaml:1"
        line, _ = self._source.place_of(("profiles", locale, field))
        return f"{self._source.label}:{line}"

    def owns(self, host: str) -> bool:
        return any(host.lower() == own or host.lower().endswith(f".{own}") for own in self.hosts)


_WORDS = frozenset((*BankFile.model_fields, *BankProfile.model_fields))


@cache
def example_bank() -> BankFile:
    """The fictional bank that comes with this package."""
    return parse_bank(packaged.text("wording", "bank", "profile of a bank"), packaged.label("wording", "bank"))


def load_bank(path: PathLike[str] | str) -> BankFile:
    """A bank's own file; raises InputError that names file, line and column of every fault."""
    return parse_bank(packaged.user_text(path, "the bank's profile"), str(path))


def parse_bank(text: str, label: str) -> BankFile:
    """The bank of a file's text; raises InputError for every fault."""
    source = parse(text, label)
    bank = build(lambda: BankFile.model_validate(source.data), source, _WORDS)
    source.refuse()
    bank._source = source
    return bank


def phones_of(profile: BankProfile) -> tuple[str, str]:
    """The numbers that the bank itself publishes, as they are written."""
    return profile.phone, profile.complaint_phone
