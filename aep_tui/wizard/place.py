"""Where the program is working: which service, organisation and sandbox."""

from __future__ import annotations

from typing import NamedTuple

from aep_tui.text import plain

PRODUCTION, DEVELOPMENT = "production", "development"
"""The types of sandboxes that Adobe documents."""
USUAL_PLATFORM = "https://platform.adobe.io"


class Place(NamedTuple):
    """The service, organisation and sandbox of this run.

    Attributes:
        platform: Origin of the service, such as ``https://platform.adobe.io``.
        base_url: Where the Flow Service lives below it.
        org: The org id.
        sandbox: The sandbox name.
        is_demo: Whether this is the built-in emulator.
        profile: Name of the profile in use; empty without one.
        is_production: Whether what is made here is made in production, as far as that is known.
        sandbox_type: As the list of sandboxes says it, such as ``development``; empty while that is not known.
        region: Of the sandbox, such as ``VA7``; empty while that is not known.
    """

    platform: str
    base_url: str
    org: str
    sandbox: str
    is_demo: bool = False
    profile: str = ""
    is_production: bool = False
    sandbox_type: str = ""
    region: str = ""

    def label(self, *, short: bool = False) -> str:
        """Return the words that every screen shows.

        Args:
            short: Cut the org id; profile, sandbox and the demo's promise are never left out.
        """
        if self.is_demo:
            promise = "demo · nothing leaves this machine"
            return f"{promise} · {self.sandbox_label()}"
        profile = f"{plain(self.profile, 24)} · " if self.profile else ""
        org = plain(self.org, 24 if short else 60)
        host = ""
        if self.platform != USUAL_PLATFORM:
            host = f" · {plain(self.platform.split('://', 1)[-1], 24 if short else 40)}"
        return f"{profile}{org}{host} · {self.sandbox_label()}"

    def sandbox_label(self) -> str:
        """Return the sandbox, production in words that cannot be overlooked."""
        name = plain(self.sandbox, 40)
        return f"PRODUCTION sandbox {name}" if self.is_production else f"sandbox {name}"

    def sandbox_facts(self) -> str:
        """Return type and region of the sandbox in brackets, as far as they are known; perhaps empty."""
        facts = [plain(fact, 20) for fact in (self.sandbox_type, self.region) if fact]
        return f" ({', '.join(facts)})" if facts else ""
