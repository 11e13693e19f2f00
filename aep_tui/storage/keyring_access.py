"""The keyring library: which of its backends are a place for secrets, and entries of any length. Called on one thread alone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from aep_tui.secret import Secret
from aep_tui.text import plain

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Result = TypeVar("Result")

SERVICE: Final = "aep-tui"

LONGEST_PART: Final = 600
"""Characters of an entry. Windows takes 2560 bytes of UTF-16, and an access token alone may have more."""

_PARTS: Final = "aep-tui-parts:"
_NO_BACKENDS: Final = ("keyring.backends.fail", "keyring.backends.null")
_NO_PLACES: Final = ("keyrings.alt", "keyrings.cryptfile")
"""They keep files, in plain or under a password that they ask for in the terminal."""

_NAMES: Final = {
    "keyring.backends.SecretService": "The Secret Service (GNOME Keyring or KWallet)",
    "keyring.backends.libsecret": "The Secret Service (libsecret)",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "The macOS Keychain",
    "keyring.backends.Windows": "The Windows Credential Locker",
}


class Trouble(Enum):
    """Why a keyring cannot be used."""

    MISSING = auto()
    PLAIN_FILE = auto()
    LOCKED = auto()
    HANGS = auto()
    FAILED = auto()


class KeyringTrouble(Exception):
    """A keyring cannot be used; it holds no text of the keyring's."""

    def __init__(self, trouble: Trouble) -> None:
        """Keep the kind."""
        super().__init__(trouble.name)
        self.trouble = trouble


class KeyringAccess:
    """The backends of this system that are a place for secrets.

    Attributes:
        name: What the keyring is called; empty until it is found, and if there is none.
        answers: How many calls the keyring has answered; while that grows, it does not hang.
    """

    def __init__(self) -> None:
        """Look for nothing yet: that alone may hang."""
        self.name = ""
        self.answers = 0
        self._backends: list[KeyringBackend] = []

    def get(self, profile: str, entry: str) -> str | None:
        """Return what is kept; ``None`` if nothing is, or if a part of it is missing.

        Raises:
            KeyringTrouble: It cannot be read.
        """
        text = self._get(profile, entry)
        if text is None or not text.startswith(_PARTS):
            return text
        parts = [self._get(profile, part) for part in _parts_of(entry, text)]
        return None if None in parts else "".join(part or "" for part in parts)

    def set(self, profile: str, entry: str, secret: Secret[str]) -> None:
        """Keep a text of any length.

        Raises:
            KeyringTrouble: It cannot be kept.
        """
        text = secret.reveal()
        old = _parts_of(entry, self._get(profile, entry) or "")
        if len(text) <= LONGEST_PART and not text.startswith(_PARTS):
            self._set(profile, entry, text)
        else:
            # Under names of their own, so that two writers cannot mix their parts; the entry is written last.
            parts = [text[at : at + LONGEST_PART] for at in range(0, len(text), LONGEST_PART)]
            told = _PARTS + json.dumps([os.urandom(4).hex(), len(parts)])
            for name, part in zip(_parts_of(entry, told), parts, strict=True):
                self._set(profile, name, part)
            self._set(profile, entry, told)
        for name in old:
            self._delete(profile, name)

    def delete(self, profile: str, entry: str) -> bool:
        """Take an entry out, and return whether there was one.

        Raises:
            KeyringTrouble: It cannot be taken out.
        """
        text = self._get(profile, entry)
        if text is None:
            return False
        for name in _parts_of(entry, text):
            self._delete(profile, name)
        self._delete(profile, entry)
        return True

    # One call each, with its troubles told apart

    def _get(self, profile: str, entry: str) -> str | None:
        for backend in self._found():
            text = self._asked(partial(backend.get_password, _service(profile), entry))
            if text is not None:
                if not isinstance(text, str):
                    raise KeyringTrouble(Trouble.FAILED)
                return text
        return None

    def _set(self, profile: str, entry: str, text: str) -> None:
        for backend in self._found():
            try:
                self._asked(partial(backend.set_password, _service(profile), entry, text))
            except NotImplementedError:
                # A backend that only reads, in a chain.
                continue
            return
        raise KeyringTrouble(Trouble.MISSING)

    def _delete(self, profile: str, entry: str) -> None:
        for backend in self._found():
            read = partial(backend.get_password, _service(profile), entry)
            if self._asked(read) is None:
                continue
            trouble = KeyringTrouble(Trouble.FAILED)
            try:
                self._asked(partial(backend.delete_password, _service(profile), entry))
            except NotImplementedError:
                continue
            except KeyringTrouble as error:
                # Another process may have taken it out meanwhile.
                trouble = error
            if self._asked(read) is not None:
                raise trouble

    def _asked(self, call: Callable[[], Result]) -> Result:
        result = _explained(call)
        self.answers += 1
        return result

    def _found(self) -> list[KeyringBackend]:
        if not self._backends:
            found = _explained(_all_backends)
            usable = [backend for backend in found if not _is_no_place(backend)]
            if not usable:
                raise KeyringTrouble(Trouble.PLAIN_FILE if found else Trouble.MISSING)
            self.name = _name_of(usable[0])
            self._backends = usable
        return self._backends


def _all_backends() -> list[KeyringBackend]:
    """Return the backends that the system or the user chose, without those that are none."""
    import logging

    # Without any handler a warning goes to stderr: over the page that is shown, and with what a backend puts into it.
    logging.getLogger().addHandler(logging.NullHandler())
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    found = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    return [backend for backend in found if _module(backend) not in _NO_BACKENDS]


def _is_no_place(backend: KeyringBackend) -> bool:
    return _module(backend).startswith(_NO_PLACES) or "plaintext" in type(backend).__name__.casefold()


def _module(backend: KeyringBackend) -> str:
    return type(backend).__module__


def _name_of(backend: KeyringBackend) -> str:
    module = _module(backend)
    known = next((name for start, name in _NAMES.items() if module.startswith(start)), "")
    return known or plain(f"The keyring {module}.{type(backend).__name__}", 100)


def _service(profile: str) -> str:
    return f"{SERVICE}: {profile}"


def _parts_of(entry: str, text: str) -> list[str]:
    """Return the names of the parts that an entry tells of; none if it is whole."""
    if not text.startswith(_PARTS):
        return []
    try:
        mark, count = json.loads(text.removeprefix(_PARTS))
        return [f"{entry} {mark} {number}" for number in range(1, min(int(count), 10_000) + 1)]
    except (ValueError, TypeError):
        return []


def _explained(call: Callable[[], Result]) -> Result:
    """Run one call of the library, and tell its errors apart without their texts.

    Raises:
        KeyringTrouble: It failed.
        NotImplementedError: The backend cannot do that at all.
    """
    from keyring import errors

    try:
        return call()
    except NotImplementedError:
        raise
    except errors.KeyringLocked:
        raise KeyringTrouble(Trouble.LOCKED) from None
    except errors.NoKeyringError:
        raise KeyringTrouble(Trouble.MISSING) from None
    except Exception:  # noqa: BLE001 - a backend's fault of any kind, whose text may hold a secret
        raise KeyringTrouble(Trouble.FAILED) from None
