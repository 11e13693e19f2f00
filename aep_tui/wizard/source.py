"""A source that somebody picked: what the Credentials step needs of a connection spec."""

from __future__ import annotations

from dataclasses import dataclass

from aep_tui.forms.fields import Form


@dataclass(frozen=True, slots=True)
class AuthOption:
    """One way to authenticate.

    Attributes:
        name: ``auth.specName`` as it goes on the wire.
        form: Its params.
    """

    name: str
    form: Form


@dataclass(frozen=True, slots=True)
class Source:
    """A connection spec read for the wizard.

    Attributes:
        id: Connection spec id.
        version: Connection spec version.
        name: The shown name.
        provider_id: ``providerId`` of the spec; may be empty.
        auth_options: In the document's order; empty for a source that takes no credentials.
        faults: What was odd about the document, in words.
    """

    id: str
    version: str
    name: str
    provider_id: str = ""
    auth_options: tuple[AuthOption, ...] = ()
    faults: tuple[str, ...] = ()

    def auth(self, name: str) -> AuthOption | None:
        """Return the auth option of a name, or ``None``."""
        return next((option for option in self.auth_options if option.name == name), None)
