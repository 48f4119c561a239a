"""Notices by a real SMTP server: accepted is delivered, refused is failed and tried again alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from services.gateways.letter import Letter, Undeliverable
from services.gateways.smtp import SmtpPost

LETTER = Letter(
    reference="silence/s-1@1:silence_opened:p-1",
    notice="silence_opened",
    entity="AMERIPOL",
    role="head_of_delegation",
    name="José Núñez",
    address="head@ameripol.example",
    zone="America/Bogota",
    facts={"expires_at": "2026-03-05T08:00:00Z", "electorate": ["AFRIPOL", "AIMC"]},
    texts={"text": "1. El Diálogo INTERPOL / الحوار"},
)


class Inbox:
    """An SMTP handler that keeps what it accepts and refuses one recipient."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 - the server names its hooks so
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Accept anybody but one."""
        if address.startswith("full@"):
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 accepted"


@pytest.fixture
def inbox() -> Inbox:
    """Give an empty inbox."""
    return Inbox()


@pytest.fixture
async def post(inbox: Inbox) -> AsyncIterator[SmtpPost]:
    """Give a post over a real SMTP server on a free port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield SmtpPost(host="127.0.0.1", port=port, sender="Dialogue <dialogue@interpol.example>", security="none")
    server.close()


async def test_a_letter_arrives_with_its_instants_in_both_zones(post: SmtpPost, inbox: Inbox) -> None:
    """The letter names the expiry in the reader's zone and in UTC, and carries the text itself."""
    await post.send(LETTER)

    mail = inbox.mails[0]
    body = mail.get_content()
    assert "Thu 05 Mar 2026 03:00:00 America/Bogota (2026-03-05 08:00:00 UTC)" in body
    assert "AFRIPOL, AIMC" in body
    assert "الحوار" in body
    assert mail["To"] == "head@ameripol.example"


async def test_a_letter_sent_twice_is_one_letter(post: SmtpPost, inbox: Inbox) -> None:
    """Cause and recipient make the Message-ID, so that a second copy can be told."""
    await post.send(LETTER)
    await post.send(LETTER)

    assert inbox.mails[0]["Message-ID"] == inbox.mails[1]["Message-ID"]


async def test_a_refused_recipient_is_undeliverable_with_the_reason(post: SmtpPost) -> None:
    """What the server does not accept is not delivered, and the record learns why."""
    with pytest.raises(Undeliverable, match="mailbox full"):
        await post.send(replace(LETTER, address="full@ameripol.example"))


async def test_a_server_that_is_not_there_is_undeliverable() -> None:
    """No server, no delivery."""
    nowhere = SmtpPost(host="127.0.0.1", port=1, sender="a@b.example", security="none")
    with pytest.raises(Undeliverable):
        await nowhere.send(LETTER)


async def test_a_header_cannot_be_smuggled_in(post: SmtpPost, inbox: Inbox) -> None:
    """A line break in a fact stays in its line."""
    await post.send(replace(LETTER, notice="silence_broken", facts={"entity": "X\nBcc: spy@example.org"}))

    assert inbox.mails[0]["Bcc"] is None
