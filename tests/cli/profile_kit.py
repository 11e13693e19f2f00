"""A keyring in memory for the tests of ``aep-tui profile``, and a launcher that has it."""

from __future__ import annotations

from collections.abc import Mapping

from aep_tui.launch import Launcher
from aep_tui.secret import Secret
from aep_tui.storage.keyring_access import Trouble
from aep_tui.storage.secret_store import SecretKind, SecretStore, SecretStoreUnusable


class Store(SecretStore):
    """A keyring in memory."""

    def __init__(self, trouble: Trouble | None = None) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.trouble = trouble

    def _refuse(self) -> None:
        if self.trouble is not None:
            raise SecretStoreUnusable(self.trouble, "It cannot be used.", "Do something.")

    def count(self, profile: str) -> int:
        self._refuse()
        return sum(bool(text) for key, text in self.kept.items() if key[0] == profile)

    def get(self, profile: str, kind: SecretKind, detail: str = "") -> Secret[str] | None:
        self._refuse()
        text = self.kept.get((profile, kind + detail))
        return Secret(text) if text else None

    def set(self, profile: str, kind: SecretKind, secret: Secret[str], detail: str = "") -> None:
        self._refuse()
        self.kept[profile, kind + detail] = secret.reveal()

    def remove_all(self, profile: str, kind: SecretKind | None = None) -> int:
        self._refuse()
        mine = [key for key, text in self.kept.items() if key[0] == profile and text and key[1].startswith(kind or "")]
        for key in mine:
            del self.kept[key]
        return len(mine)


class KeyringLauncher(Launcher):
    """A launcher with a keyring in memory."""

    def __init__(self, environment: Mapping[str, str], store: Store) -> None:
        super().__init__(environment)
        self.store = store

    def secret_store(self) -> SecretStore:
        return self.store
