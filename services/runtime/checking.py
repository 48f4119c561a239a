"""
Checks the settings of its environment; run aside, as ``python -m services.runtime.checking``.

It ends with 2 and a sentence if one is wrong; what reading them takes to load is given back with the process.
"""

from __future__ import annotations

import os
import sys

from services.runtime.environment import SettingsError
from services.runtime.settings import Settings

WRONG = 2


def main() -> int:
    """Check them; return the exit code."""
    try:
        Settings.read(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # As the command line ends: native threads are not waited for, which may crash when they are.
    os._exit(code)
