"""Letters by SMTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import aiosmtplib

from services.gateways.letter import Letter, Undeliverable, mail_of

Security = Literal["none", "starttls", "tls"]


class SmtpPost:
    """Hands letters to one SMTP server; a letter is delivered when that server has accepted it."""

    channel = "smtp"

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        security: Security = "starttls",
        user: str | None = None,
        password: str | None = None,
    ) -> None:
        self._host, self._port, self._sender, self._security = host, port, sender, security
        self._user, self._password = user, password

    async def send(self, letter: Letter) -> None:
        """
        Send one letter.

        Raises:
            Undeliverable: the recipient has no address, or the server did not accept it.
        """
        if not letter.address:
            raise Undeliverable("the addressed person has no mail address on the register")
        try:
            mail = mail_of(letter, sender=self._sender, now=datetime.now(UTC))
            await aiosmtplib.send(
                mail,
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._security == "tls",
                start_tls=self._security == "starttls",
                timeout=20,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise Undeliverable(f"{type(error).__name__}: {str(error)[:200]}") from error
