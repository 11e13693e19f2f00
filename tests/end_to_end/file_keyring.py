"""A keyring for tests, chosen with ``PYTHON_KEYRING_BACKEND=file_keyring.FileKeyring``: entries in the file of CANARY_KEYRING.

With CANARY_KEYRING_TROUBLE set to ``get`` or ``set`` it fails there, and repeats the secret in everything that it says.
"""

from __future__ import annotations

import json
import logging
import os
import warnings
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

PATH, TROUBLE = "CANARY_KEYRING", "CANARY_KEYRING_TROUBLE"
EVER = "ever"
"""The key of everything that was ever kept, taken out since or not."""


class FileKeyring(KeyringBackend):
    """Entries by service and name in one JSON file."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry."""
        text = self._entries().get(f"{service}/{username}")
        if text is not None and os.environ.get(TROUBLE) == "get":
            self._fail(text)
        return text

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep an entry."""
        if os.environ.get(TROUBLE) == "set":
            self._fail(password)
        entries = self._entries()
        ever = json.dumps([*json.loads(entries.get(EVER, "[]")), password])
        self._write(entries | {f"{service}/{username}": password, EVER: ever})

    def delete_password(self, service: str, username: str) -> None:
        """Take an entry out."""
        entries = self._entries()
        if entries.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError(username)
        self._write(entries)

    def _entries(self) -> dict[str, str]:
        path = Path(os.environ[PATH])
        entries: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return entries

    def _write(self, entries: dict[str, str]) -> None:
        Path(os.environ[PATH]).write_text(json.dumps(entries), encoding="utf-8")

    def _fail(self, text: str) -> None:
        logging.getLogger("keyring").warning("could not do it with %s", text)
        logging.getLogger("file_keyring").warning("could not do it with %s", text)
        warnings.warn(f"could not do it with {text}", stacklevel=2)
        try:
            raise ValueError(text)
        except ValueError as error:
            raise RuntimeError(f"could not do it with {text}") from error
