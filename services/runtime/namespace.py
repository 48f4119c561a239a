"""
Makes the namespace of a machine's own Temporal ready; run aside, as ``python -m services.runtime.namespace``.

What speaking to Temporal takes to load is given back with the process, where the supervisor would hold it for ever.
Its arguments are an address, and the search attributes as a JSON object; it ends with 1 and a sentence if it cannot.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping

from temporalio.client import Client
from temporalio.service import RPCError

from services.runtime.temporal import NAMESPACE, ensure_retention, ensure_search_attributes, retention, value_type
from services.runtime.trouble import Trouble

TRY_AGAIN = 0.03
WRONG = 1


async def make_ready(address: str, search_attributes: Mapping[str, str]) -> None:
    """
    Wait until Temporal answers, then see to retention and search attributes.

    Raises:
        Trouble: the data has a search attribute of another type, or did not take the retention.
        ValueError: a type is none that Temporal knows.
    """
    wanted = {name: value_type(name, kind) for name, kind in search_attributes.items()}
    client = await _answering(address)
    await ensure_retention(client)
    await ensure_search_attributes(client, wanted)


async def _answering(address: str) -> Client:
    while True:
        try:
            client = await Client.connect(address, namespace=NAMESPACE)
            await retention(client)
        except (RPCError, RuntimeError):  # RuntimeError is what a refused connection comes as
            await asyncio.sleep(TRY_AGAIN)
            continue
        return client


def main(address: str, search_attributes: str) -> int:
    """Make it ready; return the exit code."""
    try:
        asyncio.run(make_ready(address, json.loads(search_attributes)))
    except (Trouble, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    return 0


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stderr.flush()
    # As the command line ends: native threads are not waited for, which may crash when they are.
    os._exit(code)
