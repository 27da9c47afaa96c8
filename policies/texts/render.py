"""A text as it leaves: chosen for its reader, filled with harmless values, and checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.model.contact import Party
from domain.model.errors import InputError
from domain.model.message import NoticeValues, Rendered, TextAsk
from domain.model.pack import Pack
from domain.model.representative import REPRESENTATIVES
from domain.model.strategy import Channel
from domain.model.thanks import THANK_YOU
from domain.sms_length import segments
from policies.texts.choose import LIABLE, OPT_OUT_CONFIRMATION, PLEASE_CALL, chosen
from policies.texts.clean import clean_name, clean_reference
from policies.texts.formats import amount, day
from policies.texts.lint import MOST_SEGMENTS, Draft, findings, promises
from policies.texts.marks import Marked, named
from policies.texts.profile import BankFile, example_bank
from policies.texts.templates import Context, Templates, package_folder
from policies.texts.tokens import notice_items, required

_ASKS_FOR_NOTHING = (PLEASE_CALL, OPT_OUT_CONFIRMATION, THANK_YOU)
"""So that nothing has to be said of what is disputed."""


@dataclass(frozen=True)
class Texts:
    """The templates and the bank's profile: everything that a text needs besides its values."""

    templates: Templates = field(default_factory=lambda: Templates(package_folder()))
    bank: BankFile = field(default_factory=example_bank)

    def message(self, ask: TextAsk, packs: Sequence[Pack]) -> Rendered:
        """The text for this reader, with all that the packs require; raises InputError when none may leave."""
        notice = chosen(ask, packs)
        if notice is None:
            raise InputError(f"nothing may be told in writing to the party {ask.values.party}")
        tokens = required(packs, notice, ask.channel, ask.values.party, ask.conditions)
        if ask.channel is not Channel.CALL:
            tokens |= notice_items(packs, ask.legal_notice)
        return self.render(notice, ask.channel, ask.locale, ask.values, tokens, packs)

    def render(
        self,
        notice: str,
        channel: Channel,
        locale: str,
        values: NoticeValues,
        disclosures: Collection[str] = (),
        packs: Sequence[Pack] = (),
    ) -> Rendered:
        """The text of this very notice; raises InputError that names every fault and no value."""
        file, draft = self.draft(notice, channel, locale, values)
        found = [*findings(draft, disclosures, packs, self.bank), *promises(draft, packs)]
        if found:
            raise InputError(f"{file} cannot leave: {'; '.join(finding.what for finding in found)}")
        return self.finished(draft)

    def draft(self, notice: str, channel: Channel, locale: str, values: NoticeValues) -> tuple[str, Draft]:
        """The file and the unchecked text; raises InputError for a missing or broken template."""
        if locale not in self.templates.locales:
            raise InputError(f"no texts in the locale {locale!r}: there are {', '.join(self.templates.locales)}")
        file = self.templates.find(notice, channel, locale)
        if file is None:
            raise InputError(
                f"no text for the notice {notice!r} by {channel}: {locale}/{notice}.{channel}.txt is missing"
            )
        draft = self._filled(file, notice, channel, locale, values)
        if channel is Channel.SMS and segments(draft.whole) > MOST_SEGMENTS:
            # A name that is long, or in another alphabet, is no reason not to send the message.
            draft = self._filled(file, notice, channel, locale, values.model_copy(update={"customer_name": None}))
        return file, draft

    def _filled(self, file: str, notice: str, channel: Channel, locale: str, values: NoticeValues) -> Draft:
        if notice in _ASKS_FOR_NOTHING:
            values = values.model_copy(update={"disputed": ()})
        return Draft(
            notice, channel, locale, values, self.templates.compose(file, channel, self._context(locale, values))
        )

    def finished(self, draft: Draft) -> Rendered:
        nothing = Marked("", "", {})
        subject, text, must_say = (draft.parts.get(name, nothing).text for name in ("subject", "text", "must_say"))
        is_email = draft.channel is Channel.EMAIL
        return Rendered(
            subject=subject or None,
            text=text,
            html=self.templates.page(draft.locale, subject, text) if is_email else None,
            must_say=tuple(line for line in must_say.splitlines() if line),
        )

    def _context(self, locale: str, values: NoticeValues) -> Context:
        promised, planned = values.promised, values.planned
        until = None if planned is None else planned.until
        debit_on = None if planned is None else planned.debit_on
        ends = values.thanked or values.reported
        return {
            "bank": self.bank.profile(locale).model_dump(),
            "name": named(clean_name(values.customer_name)),
            "account_ref": clean_reference(values.account_ref),
            "reference": clean_reference(values.reference),
            "past_due": amount(values.past_due, locale),
            "balance": amount(values.balance, locale) if values.balance is not None else None,
            "promised": None if promised is None else amount(promised.amount, locale),
            "promised_by": None if promised is None else day(promised.due_on, locale),
            "instalment": None if planned is None else amount(planned.amount, locale),
            "due_on": None if planned is None else day(planned.due_on, locale),
            "debit_on": None if debit_on is None else day(debit_on, locale),
            "pay_until": None if until is None else day(until, locale),
            "reached": None if values.thanked is None else values.thanked.reached.value,
            "record_years": None if ends is None else ends.record_years,
            "report_on": None if values.reported is None else day(values.reported.on, locale),
            "disputed": {word.value for word in values.disputed},
            "oldest_due_on": day(values.oldest_due_on, locale),
            "on": day(values.on, locale),
            "is_guarantor": values.party is Party.GUARANTOR,
            "is_liable": values.party in LIABLE,
            "is_representative": values.party in REPRESENTATIVES,
        }


def texts_of(folder: Path | None = None, bank: BankFile | None = None) -> Texts:
    """The texts of a folder and a bank; None: those that come with this package."""
    return Texts(Templates(folder or package_folder()), bank or example_bank())
