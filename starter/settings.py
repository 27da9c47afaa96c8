"""Settings: read once, from the environment or a file named there, by the ways in and by the worker."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from domain.model.errors import InputError


class Settings(BaseSettings):
    """Everything that a deployment may choose; each value can be given as ``DUECOURSE_<NAME>``.

    Where the Temporal server is, and how to reach it safely, is told by Temporal's own variables
    (``TEMPORAL_ADDRESS``, ``TEMPORAL_NAMESPACE``, ``TEMPORAL_TLS_…``) or its configuration file.
    """

    model_config = SettingsConfigDict(
        env_prefix="DUECOURSE_", env_nested_delimiter="__", frozen=True, extra="ignore", secrets_dir=None
    )

    data_dir: Path = Path("duecourse-data")
    """Folder of the embedded ledger, the embedded server's file, and the outbox."""
    ledger_url: str = ""
    """SQLAlchemy URL of the ledger; empty: SQLite in the data directory."""
    temporal_path: Path | None = None
    """The `temporal` command line for the embedded server; None: from the wheel, else from the PATH."""
    strategy: str = "card-standard"
    """Strategy of new cases: the name of one that comes with the package, or a YAML file of the bank's own."""
    locale: str = "en"
    """Language of messages to persons of whom none is known: ``en`` or ``zh-CN``."""
    email: dict[str, str] = Field(default_factory=dict)
    """The e-mail channel, as docs/channels.md names its settings: ``DUECOURSE_EMAIL__HOST`` and so on; empty: none."""
    sms_http: dict[str, str] = Field(default_factory=dict)
    """The provider of text messages; empty: none."""
    sms: dict[str, str] = Field(default_factory=dict)
    """Limits of text messages."""
    letter: dict[str, str] = Field(default_factory=dict)
    """The folder that a print shop takes letters from; empty: none."""
    callback_secrets: Annotated[tuple[Path, ...], NoDecode] = ()
    """Files with the secrets that sign delivery reports, set apart by commas: two while one is changed; empty: none."""
    card_system: Literal["embedded", "listed"] = "embedded"
    """Who keeps the accounts: this ledger, or a system that answers by ``duecourse adjustment confirm | refuse``."""
    debit_provider: Literal["embedded", "listed"] = "embedded"
    """Who debits by mandate: this ledger, which moves no money, or a program that answers by ``duecourse debit``."""
    debit_declines: Path | None = None
    """JSON file of what the embedded provider declines, for demos and tests; None: nothing."""
    bureau: Literal["embedded", "listed", "none"] = "embedded"
    """Who is told of late accounts: a stand-in, a system that answers by ``duecourse bureau``, or nobody."""
    demo_cast: Path | None = None
    """JSON file of the customers whom a demo plays; None: people are real."""
    bank_file: Path | None = None
    """YAML file with what texts tell about the bank; None: the example bank."""
    wording: Path | None = None
    """Folder with the bank's own texts; None: those that come with this package."""
    payload_key: SecretStr | None = None
    """AES-256 key that encrypts all payloads, as ``<key id>:<64 hexadecimal digits>``."""
    payload_key_file: Path | None = None
    """A file that holds the payload key; read when ``payload_key`` is not given."""
    ledger_key_file: Path | None = None
    """A file with the AES-256 keys of free text that the ledger keeps sealed, the newest first; None: none is kept."""
    feed_every: int = Field(default=30, ge=1, le=3600)
    """Seconds between two passes of the feed. What changes is relayed at once; this is for what was missed."""
    reconcile_every: int = Field(default=300, ge=30, le=86_400)
    """Seconds between two passes of the reconciler."""
    history_bound: int = Field(default=1_000, ge=20)
    """Events after which a new case's run continues as new."""
    workflow_tasks: int = Field(default=16, ge=1, le=20)
    """Workflow tasks at once in one worker; more than 20 make tasks time out on small machines."""
    activities: int = Field(default=16, ge=1)
    """Activities at once in one worker."""
    cached_workflows: int = Field(default=2_000, ge=1)
    """Cases that one worker keeps in memory (about 80 KiB each)."""

    @field_validator("callback_secrets", mode="before")
    @classmethod
    def _by_commas(cls, given: object) -> object:
        return tuple(path.strip() for path in given.split(",") if path.strip()) if isinstance(given, str) else given

    @property
    def ledger(self) -> str:
        """URL of the ledger."""
        return self.ledger_url or f"sqlite:///{self.data_dir / 'ledger.db'}"

    @property
    def outbox(self) -> Path:
        """Folder that the file channel writes to."""
        return self.data_dir / "outbox"


def load_settings() -> Settings:
    """The settings of this process; what is wrong is told in one line."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "DUECOURSE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise InputError(f"{name}: {first['msg']}") from error
    except SettingsError as error:  # its text names the field, never the value
        raise InputError(f"{error}: write its parts, each in a variable DUECOURSE_<NAME>__<PART>") from None
