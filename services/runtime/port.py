"""Ports of one machine: chosen free once, then remembered, so that addresses stay the same from run to run."""

from __future__ import annotations

import errno
import json
import secrets
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

from services.runtime.durable import write_whole
from services.runtime.trouble import Trouble

# Below the range from which the kernel lends ports to outgoing connections, which would take ours between two runs.
RANGE = range(20_000, 30_000)
ATTEMPTS = 1_000


def remembered_ports(path: Path, names: Iterable[str]) -> dict[str, int]:
    """
    Return a free port of 127.0.0.1 for each name: the remembered one, or another if somebody else has taken it.

    The file at ``path`` is written only when a port is new. The servers that were given these ports before must be
    down.

    Raises:
        Trouble: no free port was found.
    """
    remembered = _read(path)
    fresh = _fresh()
    ports = dict(remembered)
    for name in names:
        others = {port for other, port in ports.items() if other != name}
        port = ports.get(name)
        if port is None or port in others or not is_free(port):
            ports[name] = next(port for port in fresh if port not in others)
    if ports != remembered:
        _write(path, ports)
    return {name: ports[name] for name in names}


def remember_port(path: Path, name: str, port: int) -> None:
    """Remember a port that was chosen otherwise, so that other processes find it."""
    remembered = _read(path)
    if remembered.get(name) != port:
        _write(path, {**remembered, name: port})


def is_free(port: int) -> bool:
    """Tell whether nobody listens on ``port`` of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def _fresh() -> Iterator[int]:
    for _ in range(ATTEMPTS):
        port = secrets.choice(RANGE)
        if is_free(port):
            yield port
    raise Trouble(f"No free port was found from {RANGE.start} to {RANGE.stop - 1}; stop what listens there.")


def _write(path: Path, ports: dict[str, int]) -> None:
    write_whole(path, json.dumps(ports, indent=2, sort_keys=True).encode() + b"\n", mode=0o644)


def _read(path: Path) -> dict[str, int]:
    try:
        ports = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(ports, dict):
        return {}
    return {name: port for name, port in ports.items() if isinstance(port, int) and port in range(1, 65_536)}
