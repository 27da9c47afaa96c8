"""The README tells the truth: its picture is that of the code, and its length leaves readers time for the code."""

from __future__ import annotations

import re
from pathlib import Path

from policies import load_strategy
from starter.cli.journey import picture

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_picture_is_made_from_the_stages_and_the_ladder_of_the_code() -> None:
    found = re.search(r"```mermaid\n(.*?)```", README, re.DOTALL)
    assert found is not None
    assert found[1] == picture(load_strategy("card-standard"))


def test_the_readme_has_at_most_150_lines() -> None:
    assert len(README.splitlines()) <= 150


def test_the_loop_in_the_readme_is_the_loop_of_the_workflow() -> None:
    code = (ROOT / "workflows" / "case.py").read_text(encoding="utf-8")
    shown = re.search(r"    while not .*?publish\(step\)", README, re.DOTALL)
    assert shown is not None
    lines = [line.split("#")[0].strip() for line in shown[0].splitlines()]
    assert lines == [line.strip() for line in code.splitlines() if line.strip() in lines][: len(lines)]


def test_every_folder_of_the_map_exists() -> None:
    for folder in re.findall(r"^\| `([a-z_]+)/`", README, re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder
