"""`duecourse rules …`: the rule packs, in words and checked."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.model.pack import Pack
from policies.packaged import user_text
from policies.packs import KIND, OWN_SUFFIXES, Shelf, shelf_of
from starter.cli.options import JsonOption
from starter.cli.rule_words import header_words, pack_words, source_words
from starter.linting import lint_files, lint_packaged

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """The rule packs that come with this program, whom they bind, and what they stand on."""
    shelf = Shelf()
    packs = [shelf.pack(name) for name in shelf.names()]
    if as_json:
        print(
            json.dumps([_header(pack.pack.model_dump(mode="json"), pack.applies_to.actors) for pack in packs], indent=2)
        )
        return
    for pack in packs:
        print("\n".join(header_words(pack)))


@app.command()
def show(
    pack: Annotated[str, typer.Argument(metavar="ID", help="Id, such as cn; or a YAML file of your own.")],
    as_json: JsonOption = False,
) -> None:
    """One pack in words: every rule with its source, its force, and how far the source was checked."""
    found = _own_pack(Path(pack)) if pack.endswith(OWN_SUFFIXES) else Shelf().pack(pack)
    if as_json:
        print(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    print("\n".join(pack_words(found)))
    print("\nsources:")
    for name, source in found.sources.items():
        print(f"  {name}: {source_words(source)}{f' {source.url}' if source.url else ''}")


@app.command()
def lint(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Packs or worked examples; default: all of ours.")
    ] = None,
) -> int:
    """Check rule packs and their worked examples; every fault of a file with its line and column.

    Exit code 2 for a broken file, 1 for a worked example that does not hold.
    """
    today = datetime.now(UTC).date()
    report = lint_files(files, today) if files else lint_packaged(today)
    for line in (*report.faults, *report.failures):
        print(f"duecourse: {line}", file=sys.stderr)
    for line in report.notes:
        print(line)
    if not report.faults and not report.failures:
        print(f"{report.packs} packs and {report.examples} worked examples hold")
    return 2 if report.faults else 1 if report.failures else 0


def _own_pack(file: Path) -> Pack:
    return shelf_of(file.parent).parse(user_text(file, KIND), str(file))


def _header(header: dict[str, object], actors: tuple[str, ...]) -> dict[str, object]:
    return {**header, "actors": list(actors)}
