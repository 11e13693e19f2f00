"""Where the program is working: which service, organisation and sandbox."""

from __future__ import annotations

from typing import NamedTuple

from aep_tui.text import plain


class Place(NamedTuple):
    """The service, organisation and sandbox of this run.

    Attributes:
        platform: Origin of the service, such as ``https://platform.adobe.io``.
        base_url: Where the Flow Service lives below it.
        org: The org id.
        sandbox: The sandbox name.
        is_demo: Whether this is the built-in emulator.
    """

    platform: str
    base_url: str
    org: str
    sandbox: str
    is_demo: bool = False

    def label(self, *, short: bool = False) -> str:
        """Return the words that every screen shows.

        Args:
            short: Leave the org id out; the demo's promise is never left out.
        """
        if self.is_demo:
            return f"demo · nothing leaves this machine · sandbox {plain(self.sandbox, 40)}"
        org = plain(self.org, 24 if short else 60)
        host = (
            ""
            if self.platform == "https://platform.adobe.io"
            else f" · {plain(self.platform.split('://', 1)[-1], 24 if short else 40)}"
        )
        return f"{org}{host} · sandbox {plain(self.sandbox, 40)}"
