"""Working with one profile or another: opening, setting up, checking, and the secrets that are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from textual import work

from aep_tui.errors import AepTuiError
from aep_tui.secret import Secret
from aep_tui.text import plain
from aep_tui.tui.guarding import Guarding
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from aep_tui.storage.profiles import Profile
    from aep_tui.tui.screens.ask_secret import TypedSecret
    from aep_tui.wizard.accounts import Accounts
    from aep_tui.wizard.credential import Credential
    from aep_tui.wizard.draft import Draft
    from aep_tui.wizard.session import Session
    from aep_tui.wizard.state import WizardState


class WithProfiles(Guarding):
    """A program that can work for several organisations, for one at a time."""

    if TYPE_CHECKING:

        @property
        def accounts(self) -> Accounts:
            """The profiles, and the demo."""

        @property
        def has_accounts(self) -> bool:
            """Whether there are profiles at all."""

        @property
        def wizard(self) -> WizardState:
            """The wizard's state."""

        def open_session(self, session: Session) -> None:
            """Work with a session from now on, from the first page."""

    def told(self, do: Callable[[], object]) -> bool:
        """Do something that may fail, and tell whether it did not; why it failed is said."""
        try:
            do()
        except AepTuiError as error:
            self.notify(error.sentence(), severity="error", markup=False, timeout=15)
            return False
        return True

    @work(group="faults", description="permissions of the settings")
    async def tell_of_faults(self) -> None:
        """Say once if others can read the settings, or own them."""
        place = self.place
        if not self.has_accounts or place is None or place.is_demo:
            return
        faults = await asyncio.to_thread(self.accounts.faults)
        if faults:
            words = with_keys(self, "{profiles} says which, and mends it.")
            self.notify(
                f"{plain(faults[0].what, 300)} {words}", title="Permissions", severity="warning", markup=False, timeout=15
            )

    # Opening

    def action_profiles(self) -> None:
        """Show the profiles."""
        from aep_tui.tui.screens.profiles import ProfilesScreen

        if self.is_sending():
            self.notify("A request is on its way; wait for its answer first.", markup=False)
        elif isinstance(self.screen, BaseScreen) and not any(isinstance(page, ProfilesScreen) for page in self.screen_stack):
            self.push_screen(ProfilesScreen())

    def switch_to(self, profile: str | None) -> None:
        """Work with a profile; with what the environment says where none is named."""
        self._switch(lambda: self.accounts.session("" if profile is None else profile))

    def switch_to_demo(self) -> None:
        """Work with the demo."""
        self._switch(self.accounts.demo)

    @work(exclusive=True, group="switch", description="another profile")
    async def _switch(self, make: Callable[[], Session | None]) -> None:
        try:
            session = make()
        except AepTuiError as error:
            self.notify(error.sentence(), title="This profile cannot be opened", severity="error", markup=False, timeout=15)
            return
        if session is None:
            self.notify("A value is missing; the list beside it says which.", severity="warning", markup=False)
        elif await self._may_lose():
            self.open_session(session)

    async def _may_lose(self) -> bool:
        """Ask before what was typed for a connection goes with its organisation."""
        from aep_tui.tui.screens.confirm import ConfirmScreen

        self.take_typed()
        loss = self.loss()
        if not loss:
            return True
        words = f"{loss.partition(' is kept only')[0]} is lost by that. Connections and the history stay."
        return await self.push_screen_wait(ConfirmScreen("Leave this sandbox?", words, "Leave", "Stay"))

    @work(exclusive=True, group="switch", description="another sandbox")
    async def pick_sandbox(self) -> None:
        """Pick the sandbox to work in from those that the account may see."""
        from aep_tui.tui.screens.live_check import careful_order, sandbox_option
        from aep_tui.tui.screens.pick import PickScreen

        session = self.session
        looking = asyncio.ensure_future(session.learn_place())
        done, _ = await asyncio.wait({looking}, timeout=0.5)
        if not done:
            self.notify("Asking for the sandboxes …", markup=False, timeout=60)
        sandboxes = await looking
        self.clear_notifications()
        if session.around_error is not None:
            self.notify(
                session.around_error.sentence(),
                title="The sandboxes cannot be listed",
                severity="error",
                markup=False,
                timeout=15,
            )
            return
        sandboxes = careful_order(sandboxes)
        names = [sandbox.name for sandbox in sandboxes]
        chosen = names.index(session.place.sandbox) if session.place.sandbox in names else None
        picked = await self.push_screen_wait(PickScreen("Sandbox to work in", [*map(sandbox_option, sandboxes)], chosen))
        if picked is None or picked < 0 or picked == chosen or not await self._may_lose():
            return
        try:
            place = session.place
            opened = self.accounts.demo(names[picked]) if place.is_demo else self.accounts.session(place.profile, names[picked])
        except AepTuiError as error:
            self.notify(error.sentence(), severity="error", markup=False, timeout=15)
            return
        if opened is not None:
            self.open_session(opened)
            if not place.is_demo and place.profile:
                self.notify("For this run; the profile's own sandbox stays as it is.", markup=False)

    # Setting up

    def set_up_profile(self, profile: Profile | None = None, *, replaced: str = "") -> None:
        """Fill in the values of a profile."""
        from aep_tui.tui.screens.profile_setup import ProfileSetupScreen

        self.push_screen(ProfileSetupScreen(profile, replaced=replaced))

    @work(exclusive=True, group="import", description="profile from a file")
    async def import_profile(self) -> None:
        """Fill in the values of a profile from a file."""
        from aep_tui.tui.screens.load_file import LoadFileScreen

        kinds = "Credential JSON, project JSON, aepp config, Postman environment"
        dialog = LoadFileScreen(kinds, base64=False, start=self.last_directory)
        text = await self.push_screen_wait(dialog)
        self.last_directory = dialog.directory
        if text is not None:
            self.told(lambda: self._import(text, dialog.loaded))

    def _import(self, text: str, name: str) -> None:
        from aep_tui.errors import UsageError
        from aep_tui.exchange.profile_import import read_profile_file
        from aep_tui.json_text import parse_json
        from aep_tui.tui.screens.profile_setup import ProfileSetupScreen
        from aep_tui.wizard.credential import Credential

        try:
            document = parse_json(text)
        except ValueError:
            raise UsageError(
                f"{plain(name, 100)} is not JSON.", remedy="Pick the file that the Developer Console gave you."
            ) from None
        found = read_profile_file(document, PurePath(name).stem)
        credential = Credential(found.client_secret or Secret(""), found.access_token or Secret(""))
        said = [f"{plain(name, 100)} is {found.kind}.", *found.remarks]
        self.push_screen(ProfileSetupScreen(found.profile, credential, remarks=said))

    def check_profile(self, name: str) -> None:
        """Try out a profile as it is."""
        from aep_tui.tui.screens.live_check import LiveCheckScreen
        from aep_tui.wizard.credential import Credential

        def check() -> None:
            profile = self.accounts.settings_file.find(self.accounts.settings(), name)
            self.push_screen(LiveCheckScreen(profile, Credential(), keep=False, replaced=name, save=False))

        self.told(check)

    @work(exclusive=True, group="save", description="save a profile")
    async def save_profile(self, profile: Profile, credential: Credential, *, keep: bool, replaced: str) -> None:
        """Save a profile that was tried out, and open it, unless that would lose what is typed for another."""
        place = self.place
        opens = place is None or place.profile in (replaced, profile.name) or not replaced
        if opens and not await self._may_lose():
            return
        try:
            trouble = await asyncio.to_thread(self.accounts.save, profile, credential, keep=keep, replaced=replaced)
            session = self.accounts.session(profile.name)
        except AepTuiError as error:
            self.notify(error.sentence(), title="The profile could not be saved", severity="error", markup=False, timeout=15)
            return
        if trouble:
            self.notify(trouble, title="Saved, but the secret is not kept", severity="warning", markup=False, timeout=15)
        if session is not None and opens:
            self.open_session(session)
        else:
            self.notify(f"{plain(profile.name, 60)} is saved.", markup=False)
            self.show_profiles_again(profile.name)

    def show_profiles_again(self, name: str) -> None:
        """Go back to the page of profiles, and to one of them there."""
        from aep_tui.tui.screens.profiles import ProfilesScreen

        while len(self.screen_stack) > 1 and not isinstance(self.screen, ProfilesScreen):
            self.pop_screen()
        if isinstance(self.screen, ProfilesScreen):
            self.screen.reload(name)

    async def remove_profile(self, name: str) -> None:
        """Remove a profile and its secrets."""
        try:
            trouble = await asyncio.to_thread(self.accounts.remove, name)
        except AepTuiError as error:
            trouble = error.sentence()
        if trouble:
            self.notify(trouble, severity="warning", markup=False, timeout=15)

    def leave_page(self, loss: str) -> None:
        """Leave a page; ask first where something would be lost."""
        from aep_tui.tui.screens.confirm import ConfirmScreen

        page = self.screen

        def answered(leave: bool | None) -> None:
            if leave and self.screen is page:
                self.pop_screen()

        if loss:
            self.push_screen(ConfirmScreen("Leave without saving?", loss, "Leave", "Stay"), answered)
        else:
            self.pop_screen()

    # Secret params of connections

    def can_keep_params(self) -> bool:
        """Tell whether the secrets of the present draft could be kept: they are named by the profile."""
        from aep_tui.wizard.kept_params import secret_answers

        place, draft = self.place, self.wizard.draft
        return bool(place and place.profile and self.has_accounts and draft and secret_answers(draft))

    async def keep_params(self, draft: Draft, profile: str) -> None:
        """Put the secrets of a connection that was made into the keyring, and say so.

        Args:
            draft: What was sent.
            profile: Under whose name.
        """
        from aep_tui.storage.secret_store import SecretStoreUnusable
        from aep_tui.wizard.kept_params import keep_params

        try:
            await asyncio.to_thread(keep_params, self.accounts.store, profile, draft)
        except SecretStoreUnusable as error:
            self.notify(error.sentence(), title="Its secrets are not kept", severity="warning", markup=False, timeout=15)
        else:
            self.notify("Its secrets are in the keyring, under the profile's name.", markup=False)

    async def kept_params(self, spec_id: str) -> tuple[str, Mapping[str, Secret[str]]]:
        """Return the secrets that are kept for a source; none where the keyring cannot be asked."""
        from aep_tui.storage.secret_store import SecretStoreUnusable
        from aep_tui.wizard.kept_params import kept_params

        place = self.place
        if place is None or not place.profile or not self.has_accounts:
            return "", {}
        try:
            return await asyncio.to_thread(kept_params, self.accounts.store, place.profile, spec_id)
        except SecretStoreUnusable:
            return "", {}

    # Secrets

    async def ask_credential(self, session: Session, error: AepTuiError) -> bool:
        """Ask for what a session misses to sign in, and tell whether it is there now; one that was left is not asked for."""
        place = session.place if self.place is not None and session is self.session else None
        return place is not None and await self._ask_secret(
            place.profile, place.org, " ".join((error.title, error.detail)).strip()
        )

    @work(exclusive=True, group="ask", description="secret or token")
    async def ask_for_secret(self) -> None:
        """Take another secret or token for what is open."""
        place = self.place
        if self.is_sending():
            self.notify("A request is on its way; wait for its answer first.", markup=False)
        elif place is not None and not place.is_demo and await self._ask_secret(place.profile, place.org, ""):
            await self.session.forget_client()
            self.look_around()
            self.notify("It is used from the next call on.", markup=False)

    async def _ask_secret(self, profile: str, org: str, reason: str) -> bool:
        from aep_tui.tui.screens.ask_secret import AskSecretScreen

        status = await asyncio.to_thread(self.accounts.store.status) if profile else None
        keyring = status.name if status is not None and status.usable else ""
        answer: asyncio.Future[TypedSecret | None] = asyncio.get_running_loop().create_future()

        def answered(typed: TypedSecret | None) -> None:
            if not answer.done():
                answer.set_result(typed)

        self.push_screen(AskSecretScreen(profile or org, reason, keyring=keyring), answered)
        typed = await answer
        if typed is None:
            return False
        trouble = await asyncio.to_thread(self.accounts.give, profile, typed.credential, keep=typed.keep)
        if trouble:
            self.notify(trouble, severity="warning", markup=False, timeout=15)
        return True
