"""The values of a profile, each with where one finds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from aep_tui.json_text import JsonLine, json_lines
from aep_tui.text import plain
from aep_tui.tui.screens.lone_form_page import LoneFormPage
from aep_tui.wizard.credential import Credential
from aep_tui.wizard.profile_form import filled_profile, profile_form

if TYPE_CHECKING:
    from aep_tui.storage.profiles import Profile
    from aep_tui.tui.app import AepTuiApp


class ProfileSetupScreen(LoneFormPage):
    """The form of a profile, empty, or filled in from one or from a file."""

    MAIN = "Check"
    BESIDE_TITLE = "What is kept, secrets apart"
    HELP_TEXT = (
        "These values say whose organisation this is and how to sign in. The help of each field says where one finds it. "
        "Fill in a client secret or an access token; with a secret, tokens are renewed by themselves.\n\n"
        "{main} tries everything out before anything is saved. Secrets go into the keyring of this system, never into a file."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "finish", "Check", id="main", priority=True, tooltip="Try the values out, then save them"),
        Binding("escape", "leave_form", "Leave", id="back", tooltip="Leave without saving; asks where something was typed"),
    ]
    if TYPE_CHECKING:
        app: AepTuiApp

    def __init__(
        self,
        profile: Profile | None = None,
        credential: Credential | None = None,
        *,
        replaced: str = "",
        remarks: Sequence[str] = (),
    ) -> None:
        """Make the page.

        Args:
            profile: What is known already.
            credential: Secrets that came with a file.
            replaced: The name of the profile that is edited; empty for a new one.
            remarks: What was odd about a file that was read.
        """
        super().__init__(profile_form(profile, credential))
        self._begun = self.filling
        self._profile, self._known_as, self._remarks = profile, replaced, remarks

    async def on_mount(self) -> None:
        """Say what was odd about the file."""
        if self._remarks:
            self.notify("\n".join(self._remarks), title="From the file", markup=False, timeout=15)

    def title_line(self) -> str:
        """Return which profile this is."""
        return f"Profile {plain(self._known_as, 60)}" if self._known_as else "A new profile"

    def main_help(self) -> str:
        """Return what the check does."""
        return "Try everything out: token, organisation, sandboxes, permission. Nothing is created, and nothing is saved yet."

    def preview(self, pointer: str) -> tuple[str, Sequence[JsonLine], str]:
        """Return the values as they stand, secrets as names."""
        return "", json_lines(self.filling.shown_params()), pointer

    def loss(self) -> str:
        """Return what would be lost by leaving, as a sentence; empty if nothing would."""
        self.take_current()
        return "What you typed for this profile is not saved." if self.filling.touched != self._begun.touched else ""

    def finished(self, params: dict[str, object]) -> None:
        """Try the values out."""
        from aep_tui.tui.screens.live_check import LiveCheckScreen

        profile, credential, keep = filled_profile(params, self._profile)
        known_as = self._known_as
        if not self.app.told(lambda: self.app.accounts.settings_file.check(profile, replaced=known_as, new=not known_as)):
            return
        screen = LiveCheckScreen(profile, credential, keep=keep, replaced=known_as)
        screen.on_sandbox = self._take_sandbox
        self.app.push_screen(screen)

    def _take_sandbox(self, name: str) -> None:
        """Fill in the sandbox that was picked from the list."""
        self.filling = self.filling.answered("/sandbox", name)
        self.show_rows()

    def action_leave_form(self) -> None:
        """Leave; at the second press where something would be lost."""
        self.app.leave_page(self.loss())
