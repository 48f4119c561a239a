"""TLS in front of a server that speaks none: what is between it and its client is real, certificates and all."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme

#: What a client of PostgreSQL sends first to ask for TLS, and the answer that it may begin.
SSL_REQUEST, GRANTED = bytes.fromhex("0000000804d2162f"), b"S"
LOCALHOST = "localhost"


@dataclass(frozen=True)
class Authority:
    """An authority with a certificate for a server and one for a client, as files."""

    ca: Path
    client_cert: Path
    client_key: Path
    server: trustme.LeafCert
    authority: trustme.CA

    @classmethod
    def found(cls, folder: Path, *, host: str = LOCALHOST) -> Authority:
        """Make one."""
        folder.mkdir()
        authority = trustme.CA()
        client = authority.issue_cert("dialogue@client.example")
        files = [folder / name for name in ("ca.pem", "client.pem", "client.key")]
        authority.cert_pem.write_to_path(files[0])
        client.cert_chain_pems[0].write_to_path(files[1])
        client.private_key_pem.write_to_path(files[2])
        return cls(
            ca=files[0],
            client_cert=files[1],
            client_key=files[2],
            server=authority.issue_cert(host),
            authority=authority,
        )

    def context(self, *, asks_clients: bool, protocol: str | None = None) -> ssl.SSLContext:
        """Return what a server of this authority presents, and whether it asks its clients for the same."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.server.configure_cert(context)
        if protocol:
            context.set_alpn_protocols([protocol])
        if asks_clients:
            self.authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context


@asynccontextmanager
async def encrypted(port: int, context: ssl.SSLContext, *, is_postgres: bool = False) -> AsyncIterator[int]:
    """Give a port at which the server behind another port is reached over TLS."""
    running: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_serve(port, context, reader, writer, is_postgres=is_postgres))
        running.add(task)
        task.add_done_callback(running.discard)

    tls = None if is_postgres else context
    async with await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls) as server:
        yield server.sockets[0].getsockname()[1]
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _serve(
    port: int,
    context: ssl.SSLContext,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    is_postgres: bool,
) -> None:
    writers = [writer]
    try:
        if is_postgres:
            assert await reader.readexactly(len(SSL_REQUEST)) == SSL_REQUEST
            writer.write(GRANTED)
            await writer.start_tls(context)
        behind, to_behind = await asyncio.open_connection("127.0.0.1", port)
        writers.append(to_behind)
        await asyncio.gather(_pump(reader, to_behind), _pump(behind, writer))
    except (OSError, asyncio.IncompleteReadError):
        pass  # a client that was not trusted, or did not trust, has gone
    finally:
        for each in writers:
            each.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until their end."""
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
