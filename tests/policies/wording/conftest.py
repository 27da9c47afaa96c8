"""The package's texts, the rules of China, and a copy of the texts in which faults can be planted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.model.pack import Pack
from policies import load_stack, load_strategy
from policies.texts import Texts, check, texts_of
from policies.texts.templates import package_folder


@pytest.fixture(scope="session")
def texts() -> Texts:
    return texts_of()


@pytest.fixture(scope="session")
def packs() -> tuple[Pack, ...]:
    return load_stack(("cn",))


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(package_folder(), tmp_path / "wording"))


@pytest.fixture
def faults(folder, packs) -> Callable[[], list[str]]:
    """What the lint says of the copy, with the package's ladder."""
    return lambda: check(texts_of(folder), packs, [load_strategy("card-standard")])
