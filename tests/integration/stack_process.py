"""A process that runs the stack of the home given to it, says where, and waits to be killed."""

import asyncio
import json
import sys
from pathlib import Path

from services.runtime.home import Home
from services.runtime.stack import Stack


async def main(home: Path) -> None:
    """Run the stack until the process ends."""
    async with Stack(Home.at(home), search_attributes={"DialogueBody": "Keyword"}) as stack:
        sys.stdout.write(json.dumps(stack.environment()) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
