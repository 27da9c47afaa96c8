"""The words that customers read: checked against the rules, and shown with sample values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from domain.model.errors import InputError
from domain.model.message import Rendered, TextAsk
from domain.model.strategy import Channel, Strategy
from policies import Policies, load_stack, load_strategy, strategy_names
from policies.texts import Texts, check, load_bank, sample, texts_of

app = typer.Typer(no_args_is_help=True)

RulesOption = Annotated[str, typer.Option(help="Rule pack whose disclosures and banned words hold.")]
StrategyOption = Annotated[
    str | None,
    typer.Option(help="A strategy, or its YAML file: its rules hold in the stead of --rules, and its ladder alone."),
]
FolderOption = Annotated[
    Path | None,
    typer.Option("--wording", help="Folder of templates; default: those of the package.", exists=True, file_okay=False),
]
BankOption = Annotated[Path | None, typer.Option("--bank", help="YAML file about the bank; default: a fictional one.")]


@app.command()
def lint(
    rules: RulesOption = "cn",
    strategy: StrategyOption = None,
    wording: FolderOption = None,
    bank: BankOption = None,
) -> None:
    """Try every text with sample values; print one line for each fault, and exit with 1 when there is one."""
    texts = _texts(wording, bank)
    chosen = None if strategy is None else Policies.named(strategy)
    packs = load_stack((rules,)) if chosen is None else chosen.rules.packs
    faults = check(texts, packs, _strategies(rules) if chosen is None else [chosen.strategy])
    for fault in faults:
        print(fault)
    if faults:
        raise typer.Exit(1)
    print(f"All texts in {' and '.join(texts.templates.locales)} keep the rules of {packs[-1].id}.")


@app.command()
def preview(
    notice: Annotated[str, typer.Argument(help="The notice, such as friendly-reminder or please-call.")],
    channel: Annotated[Channel, typer.Option(help="How it travels.")] = Channel.EMAIL,
    locale: Annotated[str, typer.Option(help="Language, such as en or zh-CN.")] = "en",
    rules: RulesOption = "cn",
    wording: FolderOption = None,
    bank: BankOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all parts as JSON.")] = False,
) -> None:
    """Show a text as it would leave, with sample values."""
    ask = _ask(notice, channel, locale)
    rendered = _texts(wording, bank).message(ask, load_stack((rules,)))
    print(rendered.model_dump_json(indent=2) if as_json else "\n".join(_lines(rendered)))


def _lines(rendered: Rendered) -> Iterator[str]:
    if rendered.subject:
        yield from (f"Subject: {rendered.subject}", "")
    if rendered.must_say:
        yield from ("Must be said:", *(f"- {sentence}" for sentence in rendered.must_say), "")
    yield rendered.text


def _strategies(rules: str) -> list[Strategy]:
    """The ladders that were made for this rule pack."""
    return [strategy for name in strategy_names() if (strategy := load_strategy(name)).rules == rules]


def _texts(folder: Path | None, bank: Path | None) -> Texts:
    return texts_of(folder, load_bank(bank) if bank else None)


def _ask(notice: str, channel: Channel, locale: str) -> TextAsk:
    try:
        return TextAsk(notice=notice, channel=channel, locale=locale, values=sample(notice, locale))
    except ValidationError as invalid:
        if invalid.errors()[0]["loc"] == ("notice",):
            raise InputError(f"{notice!r} is no name of a notice: write it as firm-notice") from invalid
        raise InputError(f"{locale!r} is no locale: there are {', '.join(texts_of().templates.locales)}") from invalid
