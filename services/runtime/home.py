"""The data folder of one machine: where everything lies in it, and that only one process uses it at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from services.runtime.trouble import Trouble


class HomeInUse(Trouble):
    """Another process runs the servers of this data folder."""


class HomeUnusable(Trouble):
    """The data folder cannot be made or written."""


@dataclass(frozen=True, slots=True)
class Home:
    """One machine's data folder; everything the embedded servers keep lies below ``path``."""

    path: Path

    @classmethod
    def at(cls, path: Path | None = None) -> Home:
        """Return the home at ``path``, or the user's own when none is named."""
        chosen = path or platformdirs.user_data_path("dialogue", appauthor=False)
        return cls(chosen.expanduser().absolute())

    @property
    def postgres(self) -> Path:
        """Return PostgreSQL's data directory; it exists only once it is complete."""
        return self.path / "postgres"

    @property
    def temporal(self) -> Path:
        """Return the folder of Temporal's database file."""
        return self.path / "temporal"

    @property
    def secrets(self) -> Path:
        """Return the folder of passwords and keys."""
        return self.path / "secrets"

    @property
    def logs(self) -> Path:
        """Return the folder of the servers' logs."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """Return the folder of the servers' lifelines (see ``child.py``)."""
        return self.path / "run"

    @property
    def ports(self) -> Path:
        """Return the file of remembered ports."""
        return self.path / "ports.json"

    @property
    def lock(self) -> Path:
        """Return the file whose lock says that the home is in use; it holds the holder's process id."""
        return self.path / "lock"

    @contextmanager
    def held(self) -> Iterator[None]:
        """
        Hold the home for this process alone, making it first if need be.

        The kernel lets go of the lock when the process ends, however it ends.

        Raises:
            HomeInUse: another process holds it; nothing of it was touched.
            HomeUnusable: the folder cannot be made or written.
        """
        descriptor = self._open_lock()
        try:
            self._take(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _open_lock(self) -> int:
        try:
            # May be passed, not listed: PostgreSQL runs as another user when we are root.
            self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
            for folder in (self.temporal, self.secrets, self.logs, self.run):
                folder.mkdir(mode=0o700, exist_ok=True)
            return os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise HomeUnusable(
                f"The data folder {self.path} cannot be used ({error.strerror}: {error.filename}); "
                "make it writable, or name another one with --home."
            ) from error

    def _take(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            raise HomeInUse(
                f"The data folder {self.path} is in use by process {holder or '(just starting)'}; "
                "stop that one first, or name another folder with --home."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
