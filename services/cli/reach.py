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
        envvar="DIALOGUE_API_URL",
        help="The address of the API. Default: that of what runs over the data folder.",
        show_default=False,
        show_envvar=False,
    ),
]
KeyOption = Annotated[
    str | None,
    typer.Option(
        "--key",
        envvar="DIALOGUE_API_KEY",
        help="Your API key; better kept in DIALOGUE_API_KEY or, as a file, in DIALOGUE_API_KEY_FILE.",
        show_default=False,
        show_envvar=False,
    ),
]


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


def api_of(url: str | None, key: str | None, home: Path | None) -> DialogueClient:
    """
    Return a client of the API.

    Raises:
        Trouble: no key is given, or no address and nothing runs over the data folder.
    """
    from services.client.client import DialogueClient
    from services.runtime.environment import Environment, SettingsError

    spelt = key or Environment(os.environ).text("DIALOGUE_API_KEY")
    if not spelt:
        raise SettingsError(
            "DIALOGUE_API_KEY is not set; put your key there, or name its file in DIALOGUE_API_KEY_FILE."
        )
    return DialogueClient(url or _url_of(home), spelt)


def _url_of(home: Path | None) -> str:
    environment = environment_of(home)
    host, port = environment.get("DIALOGUE_API_HOST") or "127.0.0.1", environment.get("DIALOGUE_API_PORT") or "8080"
    return f"http://{host}:{port}"
