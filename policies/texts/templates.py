"""The templates of a folder: which there are, and their words with values filled in.

``<locale>/<notice>.<channel>.txt``; a channel without a template of its own shares that of another. What several
templates say stands once, in files whose names begin with an underscore.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from traceback import extract_tb

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domain.model.errors import InputError
from domain.model.strategy import Channel
from policies.texts.marks import Marked, part, parts, says

SHARES = {Channel.IM: Channel.SMS, Channel.FILE: Channel.LETTER, Channel.LETTER: Channel.EMAIL}
"""Whose template a channel uses when it has none of its own; the frame is the channel's own."""
FRAMES = {Channel.EMAIL: "_email.jinja", Channel.LETTER: "_letter.jinja", Channel.FILE: "_letter.jinja"}
_PAGE = "_page.html.jinja"
_SUFFIX = ".txt"
Context = dict[str, object]


class BrokenTemplate(InputError):  # noqa: N818 an answer about a file, not an error of the program
    """A template that cannot be rendered, with its place."""

    def __init__(self, file: str, line: int, what: str) -> None:
        super().__init__(f"{file}:{line}: {what}")
        self.file, self.line, self.what = file, line, what


@dataclass(frozen=True)
class Templates:
    """A folder of templates."""

    folder: Path

    @cached_property
    def locales(self) -> tuple[str, ...]:
        return tuple(sorted(entry.name for entry in self.folder.iterdir() if entry.is_dir()))

    @cached_property
    def _environments(self) -> dict[str, ImmutableSandboxedEnvironment]:
        return {locale: self._environment(locale) for locale in self.locales}

    @cached_property
    def _names(self) -> dict[str, frozenset[tuple[str, str]]]:
        return {locale: frozenset(_named(path) for path in self._files(locale)) for locale in self.locales}

    def _files(self, locale: str) -> Iterable[Path]:
        return (self.folder / locale).glob(f"*{_SUFFIX}")

    def names(self, locale: str) -> frozenset[tuple[str, str]]:
        """The notices and channels that have a file of their own, as written."""
        return self._names[locale]

    def find(self, notice: str, channel: Channel, locale: str) -> str | None:
        """The file for a notice on a channel, its own or a shared one."""
        at: Channel | None = channel
        while at is not None:
            if (notice, at.value) in self.names(locale):
                return f"{locale}/{notice}.{at}{_SUFFIX}"
            at = SHARES.get(at)
        return None

    def compose(self, file: str, channel: Channel, context: Context) -> dict[str, Marked]:
        """The parts of a template with values; raises BrokenTemplate."""
        locale, _, name = file.partition("/")
        frame = FRAMES.get(channel, "")
        return parts(self._rendered(locale, name, {**context, "frame": frame, "channel": channel.value}))

    def page(self, locale: str, subject: str, text: str) -> str:
        """The words of an e-mail as a page: paragraphs and lines, everything escaped."""
        paragraphs = [block.splitlines() for block in text.split("\n\n")]
        return self._rendered(locale, _PAGE, {"locale": locale, "subject": subject, "paragraphs": paragraphs})

    def line_of(self, file: str, words: str) -> tuple[str, int]:
        """Where words stand in a template or in what its locale shares; else the template's first line."""
        locale = file.partition("/")[0]
        shared = sorted(path.name for path in (self.folder / locale).glob("_*.jinja"))
        for name in (file, *(f"{locale}/{name}" for name in shared), "bank.yaml"):
            path = self.folder / name
            lines = path.read_text(encoding="utf-8").lower().splitlines() if path.is_file() else []
            found = next((i for i, line in enumerate(lines, 1) if words.lower() in line), None)
            if found is not None:
                return name, found
        return file, 1

    def _rendered(self, locale: str, name: str, context: Context) -> str:
        try:
            return self._environments[locale].get_template(name).render(context)
        except TemplateSyntaxError as broken:
            file = self._label(broken.filename or name, locale)
            raise BrokenTemplate(file, broken.lineno, str(broken.message)) from broken
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, UnicodeDecodeError) as broken:
            frames = [f for f in extract_tb(broken.__traceback__) if Path(f.filename).is_relative_to(self.folder)]
            file, line = (frames[-1].filename, frames[-1].lineno or 1) if frames else (name, 1)
            # Only the template's own faults are told in full: another message could quote a value.
            what = _told(broken)
            raise BrokenTemplate(self._label(file, locale), line, f"cannot be rendered: {what}") from None

    def _label(self, file: str, locale: str) -> str:
        path = Path(file)
        return str(path.relative_to(self.folder)) if path.is_relative_to(self.folder) else f"{locale}/{path.name}"

    def _environment(self, locale: str) -> ImmutableSandboxedEnvironment:
        environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([self.folder / locale, self.folder]),
            undefined=StrictUndefined,
            autoescape=lambda name: name == _PAGE,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.filters["says"] = says
        environment.globals["part"] = part
        return environment


def _told(broken: Exception) -> str:
    match broken:
        case TemplateNotFound():
            return f"there is no {broken.name}"
        case TemplateError():
            return str(broken.message)
        case _:
            return type(broken).__name__


def _named(path: Path) -> tuple[str, str]:
    notice, _, channel = path.name.removesuffix(_SUFFIX).rpartition(".")
    return notice, channel


def package_folder() -> Path:
    """The templates that come with this package."""
    return Path(str(files("policies").joinpath("wording")))
