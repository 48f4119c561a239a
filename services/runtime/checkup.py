"""The doctor: asks database, Temporal, record and workflows how they are, each as far as it can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from services.commands.health import Finding, findings_in_record, findings_in_workflows
from services.commands.pollers import pollers_of
from services.commands.sealed import findings_in_payloads, longest_lived
from services.runtime.migrations import newest_revision
from services.runtime.schema import revision_of
from services.runtime.settings import Settings
from services.runtime.temporal import RETENTION, retention
from services.runtime.transport import findings_in_transport, now
from services.storage.unit_of_work import Database, DatabaseAway
from services.workflows.codec import data_converter, key_id

#: Closed histories are looked at for at least so long; the auditor exports them before they go.
SHORTEST_RETENTION = timedelta(days=7)


async def check_up(settings: Settings) -> tuple[Finding, ...]:
    """Return everything that a person should look at, what lies deepest first."""
    async with Database(settings.database_url, pool_size=2) as database:
        schema = await _schema(database)
        client, temporal = await _temporal(settings)
        found = [*schema, *temporal, *findings_in_transport(settings, now())]
        if client is not None:
            found += await _namespace(client, settings)
        if not schema:
            found += await findings_in_record(database)
        if not schema and client is not None and not any(each.check == "temporal" for each in found):
            known = {key_id(key) for key in settings.payloads.keys}
            found += await findings_in_payloads(client, await longest_lived(database), known)
            found += await findings_in_workflows(database, client)
        return tuple(found)


async def _schema(database: Database) -> tuple[Finding, ...]:
    try:
        at, newest = await revision_of(database), newest_revision()
    except DatabaseAway as error:
        away = Finding(
            check="database",
            subject="PostgreSQL",
            sentence=f"the database cannot be reached ({str(error).splitlines()[0]})",
            command="start PostgreSQL, or put right DIALOGUE_DATABASE_URL",
        )
        return (away,)
    if at == newest:
        return ()
    sentence = f"the schema is at {at or 'nothing'}, and this release needs {newest}"
    return (Finding(check="schema", subject="PostgreSQL", sentence=sentence, command="dialogue migrate"),)


async def _temporal(settings: Settings) -> tuple[Client | None, Iterable[Finding]]:
    try:
        converter = data_converter(settings.payloads.keys, seals=settings.payloads.seals)
        return await Client.connect(**settings.temporal.connect, data_converter=converter), ()
    except (RuntimeError, RPCError) as error:
        away = Finding(
            check="temporal",
            subject=settings.temporal.address,
            sentence=f"Temporal cannot be reached ({str(error).splitlines()[0]})",
            command="start Temporal, or put right TEMPORAL_ADDRESS",
        )
        return None, (away,)


async def _namespace(client: Client, settings: Settings) -> list[Finding]:
    queue = settings.temporal.task_queue
    found = []
    try:
        kept, pollers = await retention(client), await pollers_of(client, queue)
    except RPCError as error:
        sentence = f"namespace {client.namespace} cannot be asked ({error.message})"
        remedy = f"temporal operator namespace create --namespace {client.namespace}"
        return [Finding(check="temporal", subject=settings.temporal.address, sentence=sentence, command=remedy)]
    if kept < SHORTEST_RETENTION:
        found.append(
            Finding(
                check="retention",
                subject=client.namespace,
                sentence=f"closed workflows are kept for {kept.days} days only",
                command=f"temporal operator namespace update --namespace {client.namespace} "
                f"--retention {RETENTION.days}d",
            )
        )
    if not pollers:
        sentence = f"no worker has asked for work on {queue} within the last minutes"
        found.append(Finding(check="worker", subject=queue, sentence=sentence, command="dialogue worker"))
    return found
