"""The secret params of a connection, kept in the keyring where somebody asked for that, and filled in again from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aep_tui.json_text import dump_json, parse_json
from aep_tui.secret import Secret
from aep_tui.storage.secret_store import SecretKind
from aep_tui.wizard.draft import Draft

if TYPE_CHECKING:
    from aep_tui.storage.secret_store import SecretStore


def secret_answers(draft: Draft) -> dict[str, str]:
    """Return the secrets typed for the chosen auth spec, by the id of their field, unwrapped: for the keyring alone."""
    touched = draft.touched.get(draft.auth_name, {})
    return {
        field_id: text
        for field_id, answer in touched.items()
        if isinstance(answer, Secret) and isinstance(text := answer.reveal(), str)
    }


def keep_params(store: SecretStore, profile: str, draft: Draft) -> None:
    """Put the secret params of a draft into the keyring, in place of earlier ones of the same source.

    Raises:
        SecretStoreUnusable: The keyring does not take them.
    """
    kept = dump_json({"auth": draft.auth_name, "answers": secret_answers(draft)})
    store.set(profile, SecretKind.CONNECTION_PARAMS, Secret(kept), draft.source.id)


def kept_params(store: SecretStore, profile: str, spec_id: str) -> tuple[str, Mapping[str, Secret[str]]]:
    """Return what is kept for a source: the name of the auth spec, and secrets by the id of their field; both may be empty.

    Raises:
        SecretStoreUnusable: The keyring cannot be asked.
    """
    kept = store.get(profile, SecretKind.CONNECTION_PARAMS, spec_id)
    try:
        document = parse_json(kept.reveal()) if kept else None
    except ValueError:
        document = None
    answers = document.get("answers") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(answers, dict):
        return "", {}
    return str(document.get("auth", "")), {key: Secret(text) for key, text in answers.items() if isinstance(text, str)}
