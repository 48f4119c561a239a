"""Where a command finds the deployment it works on: a data folder, the environment, an API's address."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from services.client.client import DialogueClient

DATABASE = ("DIALOGUE_DATABASE_URL", "DIALOGUE_DATABASE_URL_FILE")

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="DIALOGUE_HOME",
        help="The data folder that `dialogue up` or `dialogue demo` runs over. Default: the DIALOGUE_* settings of "
        "the environment, and failing those the user's own data folder.",
        show_default=False,
        show_envvar=False,
    ),
]
UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="DIALOGUE_URL",
        help="The address of the API. Default: that of what runs over the data folder.",
        show_default=False,
        show_envvar=False,
    ),
]
KeyFileOption = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        help="The file that holds your API key. Default: the key in DIALOGUE_KEY, or the file in DIALOGUE_KEY_FILE.",
        show_default=False,
    ),
]
#: A key may be kept as the header that carries it, as other programs take it from a file.
HEADER = "Authorization: Bearer "
LONGEST_KEY = 4096


def environment_of(home: Path | None) -> Mapping[str, str]:
    """
    Return the environment to read settings from.

    Raises:
        Trouble: a data folder was named, and nothing runs over it.
    """
    from services.runtime.child import is_held
    from services.runtime.home import Home
    from services.runtime.stack import Stack

    chosen = Home.at(home)
    is_set = any(os.environ.get(name) for name in DATABASE)
    if home is None and (is_set or not is_held(chosen.lock)):
        return os.environ
    return Stack(chosen, search_attributes={}).attach().environment()


def api_of(url: str | None, key_file: Path | None, home: Path | None) -> DialogueClient:
    """
    Return a client of the API.

    Raises:
        Trouble: no key is given, or no address and nothing runs over the data folder.
    """
    from services.client.client import DialogueClient

    return DialogueClient(url_of(url, home), read_key(key_file) if key_file else own_key())


def own_key() -> str:
    """
    Return the caller's own key, from the environment.

    Raises:
        SettingsError: it is not there.
    """
    from services.runtime.environment import Environment, SettingsError

    spelt = Environment(os.environ).text("DIALOGUE_KEY")
    if not spelt:
        raise SettingsError(
            "DIALOGUE_KEY is not set; put your key there, or name its file in DIALOGUE_KEY_FILE or with --key-file."
        )
    return spelt.removeprefix(HEADER)


def read_key(file: Path) -> str:
    """
    Return the key that a file holds.

    Raises:
        SettingsError: it holds none.
    """
    from services.runtime.environment import SettingsError

    try:
        with file.open("rb") as opened:
            spelt = opened.read(LONGEST_KEY).decode("ascii").strip().removeprefix(HEADER)
    except OSError as error:
        raise SettingsError(f"the key file {file} cannot be read ({error.strerror}); name a file that can.") from error
    except UnicodeDecodeError:
        spelt = ""
    if not spelt or any(mark.isspace() for mark in spelt):
        raise SettingsError(f"the key file {file} holds no key; it must hold one line like dlg_k-..._...")
    return spelt


def url_of(url: str | None, home: Path | None) -> str:
    """
    Return the address of the API: the one named, else that of what runs over the data folder.

    Raises:
        Trouble: no address is named and nothing runs there.
    """
    if url:
        return url
    environment = environment_of(home)
    host, port = environment.get("DIALOGUE_API_HOST") or "127.0.0.1", environment.get("DIALOGUE_API_PORT") or "8080"
    return f"http://{host}:{port}"
