"""The values of a profile, each with where one finds it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from aep_tui.forms.fields import FieldKind
from aep_tui.json_text import JsonLine, json_lines
from aep_tui.text import plain
from aep_tui.tui.screens.lone_form_page import LoneFormPage
from aep_tui.wizard.credential import Credential
from aep_tui.wizard.profile_form import error_of_address, filled_profile, profile_form, without_keyring

if TYPE_CHECKING:
    from aep_tui.forms.fields import FieldSpec
    from aep_tui.storage.profiles import Profile
    from aep_tui.tui.app import AepTuiApp
    from aep_tui.tui.form_rows import Row
    from aep_tui.wizard.lone_form import LoneForm


class ProfileSetupScreen(LoneFormPage):
    """The form of a profile, empty, or filled in from one or from a file."""

    MAIN = "Check"
    BESIDE_TITLE = "What is kept, secrets apart"
    HELP_TEXT = (
        "These values say whose organisation this is and how to sign in. The help of each field says where one finds it. "
        "Fill in a client secret or an access token, which wins over it; with a secret, tokens are renewed by themselves.\n\n"
        "{main} tries everything out before anything is saved. A secret is kept in the keyring of this system where there is "
        "one and the form says so, and never in a file."
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
        start: str = "",
    ) -> None:
        """Make the page.

        Args:
            profile: What is known already.
            credential: Secrets that came with a file.
            replaced: The name of the profile that is edited; empty for a new one.
            remarks: What was odd about a file that was read.
            start: The field to begin in, such as ``sandbox``; the first one where none is given.
        """
        super().__init__(profile_form(profile, credential))
        self._begun = self.filling
        self._profile, self._known_as, self._remarks = profile, replaced, remarks
        self._start_in = start

    async def on_mount(self) -> None:
        """Say what was odd about the file, and look whether secrets can be kept."""
        self._look_for_keyring()
        if self._remarks:
            self.app.say_here("\n".join(self._remarks), "From the file")

    @work(group="keyring", description="keyring")
    async def _look_for_keyring(self) -> None:
        status = await asyncio.to_thread(self.app.accounts.store.status)
        if not status.usable and self.is_attached:
            self.filling = without_keyring(self.filling, status.reason)
            self._begun = without_keyring(self._begun, status.reason)
            self.show_rows()

    def make_rows(self) -> list[Row]:
        """Return the rows: of secret and token a new profile needs one, and what is a yes or no is never left out."""
        needs_secret = not self._known_as and "/access_token" not in self.filling.answers()
        required = {"/client_secret": needs_secret, "/keep_secrets": False}
        return [replace(row, required=required.get(row.row_id, row.required)) for row in super().make_rows()]

    def _check(self, row_id: str) -> None:
        super()._check(row_id)
        error = error_of_address(row_id, self.answers_now().get(row_id))
        if error is not None:
            self._errors.setdefault(row_id, error)

    def _forget_mended(self) -> None:
        row, editor = self.lines.current, self.lines.editor
        if row is None or editor is None or error_of_address(row.row_id, editor.answer()) is None:
            super()._forget_mended()

    async def _start(self) -> None:
        await super()._start()
        await self._go_to_field(self._start_in)

    async def _go_to_field(self, key: str) -> None:
        """Go to a field by its key, where there is one of it."""
        if f"/{key}" in self.lines.stops:
            # What the check took from the field one was in is not drawn yet.
            self.show_rows()
            await self.go_to(f"/{key}")
            self.draw_beside()

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
        self.take_typed()
        return "What you typed for this profile is not saved." if self.filling.touched != self._begun.touched else ""

    def finished(self, params: dict[str, object]) -> None:
        """Try the values out."""
        self._try_out(*filled_profile(params, self._profile))

    @work(exclusive=True, group="check", description="check of a profile")
    async def _try_out(self, profile: Profile, credential: Credential, keep: bool) -> None:
        from aep_tui.tui.screens.live_check import LiveCheckScreen

        known_as, settings_file = self._known_as, self.app.accounts.settings_file
        if not await self.app.told(lambda: settings_file.check(profile, replaced=known_as, new=not known_as)):
            return
        screen = LiveCheckScreen(profile, credential, keep=keep, replaced=known_as)
        screen.on_sandbox, screen.on_failed = self._take_sandbox, self._go_back_to
        screen.values_page, screen.opened = self, self._profile
        screen.on_saved = partial(self._note_saved, self.filling)
        self.app.unsay()
        self.app.push_screen(screen)

    def _loadable(self) -> FieldSpec | None:
        """Return the field one is in if a file may hold it by itself; a whole profile is imported."""
        field = super()._loadable()
        return field if field is not None and (field.secret or field.kind is FieldKind.LINES) else None

    def _go_back_to(self, key: str) -> None:
        """Be in the field that did not work when one comes back from the check."""
        self.call_later(self._go_to_field, key)

    def _note_saved(self, filling: LoneForm, profile: Profile) -> None:
        """Take note that what was filled in is saved; the page may be left open, and more be typed."""
        self._profile, self._known_as, self._begun = profile, profile.name, filling.answered("/sandbox", profile.sandbox)

    def _take_sandbox(self, name: str) -> None:
        """Fill in the sandbox that was picked from the list."""
        self.filling = self.filling.answered("/sandbox", name)
        self.show_rows()

    def action_leave_form(self) -> None:
        """Leave; at the second press where something would be lost."""
        self.app.leave_page(self.loss())
