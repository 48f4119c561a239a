"""The DIALOGUE_* variables: what each may hold, and one sentence when it holds something else."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from services.runtime.trouble import Trouble

PREFIX = "DIALOGUE_"
FILE = "_FILE"
MOST_NUMBER = 10_000_000


class SettingsError(Trouble):
    """A setting is wrong or missing; the message names it, and never shows a secret's value."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What a variable must be; a secret may be given as a file too, named in ``<variable>_FILE``."""

    expected: str
    secret: bool = False


VARIABLES = {
    "DIALOGUE_DATABASE_URL": Variable(
        "the address of the engine's role, like postgresql://dialogue_app:password@host:5432/dialogue", secret=True
    ),
    "DIALOGUE_DATABASE_OWNER_URL": Variable(
        "the address of the schema's owner, like postgresql://dialogue:password@host:5432/dialogue", secret=True
    ),
    "DIALOGUE_TEMPORAL_PROFILE": Variable("the name of a profile in Temporal's configuration file"),
    "DIALOGUE_TEMPORAL_API_KEY": Variable("the API key of this namespace at Temporal Cloud", secret=True),
    "DIALOGUE_TASK_QUEUE": Variable("the name of the task queue that workers serve"),
    "DIALOGUE_MASTER_KEY": Variable("32 random bytes in base64 (`openssl rand -base64 32`)", secret=True),
    "DIALOGUE_SIGNING_KEY": Variable(
        "an Ed25519 private key in PEM without a password (`openssl genpkey -algorithm ed25519`)", secret=True
    ),
    "DIALOGUE_CURSOR_KEY": Variable("32 random bytes in base64 (`openssl rand -base64 32`)", secret=True),
    "DIALOGUE_PAYLOAD_KEYS": Variable("keys as `dialogue keys payload` makes them, a line each", secret=True),
    "DIALOGUE_PAYLOAD_ENCRYPTION": Variable("on or off"),
    "DIALOGUE_SMTP_HOST": Variable("the name of the mail server"),
    "DIALOGUE_SMTP_PORT": Variable("a whole number from 1 to 65535"),
    "DIALOGUE_SMTP_SECURITY": Variable("starttls, tls or none"),
    "DIALOGUE_SMTP_USER": Variable("the user name at the mail server"),
    "DIALOGUE_SMTP_PASSWORD": Variable("that user's password", secret=True),
    "DIALOGUE_SMTP_FROM": Variable("the address notices come from, like dialogue@example.org"),
    "DIALOGUE_API_HOST": Variable("the address to listen on, like 127.0.0.1"),
    "DIALOGUE_API_PORT": Variable("a whole number from 1 to 65535"),
    "DIALOGUE_POLICIES_DIR": Variable("a folder of policies, laid out like the engine's own"),
    "DIALOGUE_LOG_LEVEL": Variable("debug, info, warning or error"),
    "DIALOGUE_LOG_FORMAT": Variable("text or json"),
    "DIALOGUE_METRICS_HOST": Variable("the address that metrics are served on, like 127.0.0.1"),
    "DIALOGUE_METRICS_PORT": Variable("a whole number from 1 to 65535"),
    "DIALOGUE_API_REQUESTS_A_MINUTE": Variable("a whole number from 1 to 10000000"),
    "DIALOGUE_API_REFUSALS_AN_HOUR": Variable("a whole number from 1 to 10000000"),
    # Read where they are used, before there are settings or without any.
    "DIALOGUE_KEY": Variable("an API key, like dlg_k-..._...", secret=True),
    "DIALOGUE_URL": Variable("the address of the API, like http://127.0.0.1:8080"),
    "DIALOGUE_HOME": Variable("the data folder of this machine"),
    "DIALOGUE_PG_BIN": Variable("the folder of PostgreSQL's programs"),
    "DIALOGUE_TEMPORAL_BIN": Variable("the program temporal"),
    "DIALOGUE_TEMPORAL_TEST_SERVER_BIN": Variable("the program temporal-test-server"),
}


class Environment:
    """
    The variables of one process, read once; an empty one counts as not set.

    Raises:
        SettingsError: there is a DIALOGUE_ variable that the engine does not know.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name: value for name, value in values.items() if value.strip()}
        known = {*VARIABLES, *(name + FILE for name, variable in VARIABLES.items() if variable.secret)}
        for name in sorted(self._values):
            if name.startswith(PREFIX) and name not in known:
                nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
                raise SettingsError(f"{name} is not a setting of the engine; did you mean {nearest}?")

    def everything(self) -> dict[str, str]:
        """Return all variables, others' too, for a library that reads its own."""
        return dict(self._values)

    def text(self, name: str) -> str | None:
        """
        Return the variable's value, a secret's from its file if that is what is named, or None when not set.

        Raises:
            SettingsError: value and file are both set, or the file cannot be read or is empty.
        """
        value, file = self._values.get(name), self._values.get(name + FILE)
        if file is None or not VARIABLES[name].secret:
            return value
        if value is not None:
            raise SettingsError(f"{name} and {name}{FILE} are both set; keep one of them.")
        return _read(name, Path(file))

    def needed(self, name: str) -> str:
        """
        Return the variable's value.

        Raises:
            SettingsError: it is not set.
        """
        value = self.text(name)
        if value is None:
            also = f", or {name}{FILE} the file that holds it" if VARIABLES[name].secret else ""
            raise SettingsError(f"{name} is not set; it must be {VARIABLES[name].expected}{also}.")
        return value

    def port(self, name: str, default: int) -> int:
        """
        Return a port number.

        Raises:
            SettingsError: it is none.
        """
        value = self.text(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdecimal() and int(value) in range(1, 65_536)):
            self.refuse(name)
        return int(value)

    def number(self, name: str, default: int) -> int:
        """
        Return a whole number above nothing.

        Raises:
            SettingsError: it is none.
        """
        value = self.text(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdecimal() and 0 < int(value) <= MOST_NUMBER):
            self.refuse(name)
        return int(value)

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """
        Return one of ``choices``.

        Raises:
            SettingsError: it is another.
        """
        value = (self.text(name) or default).lower()
        if value not in choices:
            self.refuse(name)
        return value

    def folder(self, name: str) -> Path | None:
        """
        Return a folder that is there, or None when not set.

        Raises:
            SettingsError: it is not there.
        """
        value = self.text(name)
        if value is None:
            return None
        path = Path(value).absolute()
        if not path.is_dir():
            self.refuse(name)
        return path

    def refuse(self, name: str) -> NoReturn:
        """
        Say what the variable holds and what it must be.

        Raises:
            SettingsError: always.
        """
        variable = VARIABLES[name]
        if not variable.secret:
            raise SettingsError(f"{name} is {self._values.get(name)!r}; it must be {variable.expected}.")
        source = f"the file {self._values[name + FILE]}" if name + FILE in self._values else "its value"
        raise SettingsError(f"{name} is wrong ({source} holds something else); it must be {variable.expected}.")


def _read(name: str, path: Path) -> str:
    try:
        value = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise SettingsError(
            f"{name}{FILE} is {path}, which cannot be read ({reason}); name a file that can."
        ) from error
    if not value:
        raise SettingsError(f"{name}{FILE} is {path}, which is empty; it must hold {VARIABLES[name].expected}.")
    return value
