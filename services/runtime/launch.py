"""
Turns the process it runs in into a server that dies with its parent; run as ``python -I -S launch.py ORDER``.

ORDER is one JSON object: ``command`` (a list), ``parent`` (the process id that must be alive), ``signal`` (what the
kernel sends when the parent dies), ``lifeline`` (a file whose lock the server holds as long as any process of it
lives), ``user`` (null, or user and group id to become) and ``reach`` (paths that user must be able to read).
Standard library only, and no import of the engine: it runs before the server's first instruction, once per start.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import sys
from collections.abc import Sequence
from json import loads
from typing import Any, NoReturn

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x20080522


class CapabilityHeader(ctypes.Structure):
    """``cap_user_header_t``: which process, in which layout."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class CapabilitySets(ctypes.Structure):
    """``cap_user_data_t``: 32 capabilities of each of the three sets."""

    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def main(order: dict[str, Any]) -> NoReturn:
    """Carry out the order and become the command."""
    hold(order["lifeline"])
    if order["user"]:
        become(*order["user"], reach=order["reach"])
    # After the change of user: the kernel forgets the request whenever credentials change.
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, order["signal"])
    if os.getppid() != order["parent"]:
        give_up("the process that asked for this server has gone")
    command = order["command"]
    try:
        os.execv(command[0], command)  # noqa: S606
    except OSError as error:
        give_up(f"{command[0]} cannot be run: {error.strerror}")


def hold(lifeline: str) -> None:
    """Take the lifeline's lock and leave it open to the server and all it forks."""
    descriptor = os.open(lifeline, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        give_up(f"another server still holds {lifeline}")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    os.set_inheritable(descriptor, True)  # noqa: FBT003


def become(user: int, group: int, *, reach: Sequence[str]) -> None:
    """
    Become ``user`` for good, with the one capability needed to pass folders closed to it, and none if none is.

    Permissions of those folders are not ours to change: a checkout below a home of mode 0700 stays closed to everybody
    else. What is permitted never exceeds what is ambient, or the kernel would take the exec for a privileged one and
    forget the parent-death signal.
    """
    try:
        os.setgroups([])
        os.setegid(group)
        os.seteuid(user)
        needed = bool(closed(reach))
        os.seteuid(0)
        if needed:
            prctl(PR_SET_KEEPCAPS, 1)
            # Or access(2), with which PostgreSQL looks for its own files, would still judge without the capability.
            prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
        os.setgid(group)
        os.setuid(user)
    except OSError as error:
        give_up(f"cannot become user {user}, and the server refuses to run as root: {error.strerror}")
    if needed and not keep_least(reach):
        capset(effective=0, permitted=0)
    if out_of_reach := closed(reach):
        give_up(f"user {user} cannot read {' and '.join(out_of_reach)}; open it, or start as another user than root")


def closed(paths: Sequence[str]) -> list[str]:
    """Return those of ``paths`` that the effective user may not both read and run or enter."""
    return [path for path in paths if not os.access(path, os.R_OK | os.X_OK, effective_ids=True)]


def keep_least(paths: Sequence[str]) -> bool:
    """Keep the weaker of two capabilities with which ``paths`` can be reached, and it alone; tell whether one did."""
    held = permitted() & (1 << CAP_DAC_READ_SEARCH | 1 << CAP_DAC_OVERRIDE)
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        mask = 1 << capability
        if mask & held and capset(effective=mask, permitted=held) and not closed(paths):
            return capset(effective=mask, permitted=mask) and prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)
    return False


def permitted() -> int:
    """Return the first 32 permitted capabilities as a mask."""
    header = CapabilityHeader(CAPABILITY_VERSION_3, 0)
    sets = (CapabilitySets * 2)()
    return int(sets[0].permitted) if ctypes.CDLL(None).capget(ctypes.byref(header), sets) == 0 else 0


def capset(*, effective: int, permitted: int) -> bool:
    """Set the capabilities, inheritable as effective; tell whether the kernel agreed."""
    header = CapabilityHeader(CAPABILITY_VERSION_3, 0)
    sets = (CapabilitySets * 2)(CapabilitySets(effective, permitted, effective), CapabilitySets(0, 0, 0))
    return bool(ctypes.CDLL(None).capset(ctypes.byref(header), sets) == 0)


def prctl(option: int, *values: int) -> bool:
    """Ask the kernel for an option of this process; tell whether it agreed."""
    padded = (*values, 0, 0, 0, 0)[:4]
    return bool(ctypes.CDLL(None).prctl(option, *(ctypes.c_ulong(value) for value in padded)) == 0)


def give_up(sentence: str) -> NoReturn:
    """Say why on standard error, which is the server's log, and end."""
    os.write(2, f"FATAL: {sentence}\n".encode())
    os._exit(127)


if __name__ == "__main__":
    main(loads(sys.argv[1]))
