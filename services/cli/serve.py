"""`dialogue api` and `dialogue worker`: the engine's own processes, any number of each."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer

API_HELP = """
Serve the HTTP API until SIGINT or SIGTERM. Settings come from the environment.

\b
Needed: DIALOGUE_DATABASE_URL, DIALOGUE_MASTER_KEY, DIALOGUE_SIGNING_KEY, DIALOGUE_CURSOR_KEY (or each with _FILE),
        TEMPORAL_ADDRESS and its kin, or a profile of Temporal's own configuration file.
Also:   DIALOGUE_API_HOST, DIALOGUE_API_PORT, DIALOGUE_POLICIES_DIR, DIALOGUE_LOG_LEVEL, DIALOGUE_LOG_FORMAT,
        DIALOGUE_API_REQUESTS_A_MINUTE and DIALOGUE_API_REFUSALS_AN_HOUR, which one key is allowed,
        DIALOGUE_METRICS_PORT and DIALOGUE_METRICS_HOST, where /metrics and /readyz answer whoever watches;
        DIALOGUE_PAYLOAD_KEYS, under which what Temporal keeps is sealed; OTEL_EXPORTER_OTLP_ENDPOINT, for traces.

\b
Example:
  DIALOGUE_API_PORT=8080 dialogue api
"""
WORKER_HELP = """
Serve workflows, notices and the relay until SIGINT or SIGTERM. Settings come from the environment, as for `dialogue
api`; DIALOGUE_SMTP_* name the mail server, without which notices go to the console.

The first worker founds the register from the policy files, once the schema is there.

\b
Example:
  DIALOGUE_SMTP_HOST=mail.example.org DIALOGUE_SMTP_FROM=dialogue@example.org dialogue worker
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help=API_HELP)(api)
    app.command(help=WORKER_HELP)(worker)


def api() -> None:
    """Serve the API."""
    from services.runtime.settings import Settings
    from services.telemetry.log import log_to_stderr

    settings = Settings.read(os.environ)
    log_to_stderr(settings.log_level, settings.log_format)
    with loading():
        import uvloop

        from services.runtime.api_process import serve_api

    uvloop.run(serve_api(settings))


def worker() -> None:
    """Serve workflows and activities."""
    from services.runtime.settings import Settings
    from services.telemetry.log import log_to_stderr

    settings = Settings.read(os.environ)
    log_to_stderr(settings.log_level, settings.log_format)
    with loading():
        import uvloop

        from services.runtime.worker_process import serve_worker

    uvloop.run(serve_worker(settings))


@contextmanager
def loading() -> Iterator[None]:
    """Load much at once: what is loaded stays, so that nobody need look through it for what is not used any more."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()
