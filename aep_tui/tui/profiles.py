"""Working with one profile or another: opening, setting up, checking, and the secrets that are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import work

from aep_tui.errors import AepTuiError
from aep_tui.secret import Secret
from aep_tui.text import plain
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import BaseScreen
from aep_tui.tui.switching import Switching
from aep_tui.wizard.belonging import GOES_WITH_PARAMS

if TYPE_CHECKING:
    from aep_tui.storage.profiles import Profile
    from aep_tui.tui.screens.ask_secret import TypedSecret
    from aep_tui.wizard.credential import Credential
    from aep_tui.wizard.draft import Draft
    from aep_tui.wizard.session import Session
    from aep_tui.wizard.state import WizardState


UNWRITABLE = (
    "Every request is noted in {directory} before it is sent, and that cannot be written: {reason}. Give yourself the right to "
    "write there, or set AEP_TUI_CONFIG_DIR to a directory that you may write in."
)


class WithProfiles(Switching):
    """A program that can work for several organisations, for one at a time."""

    _is_saving = False

    if TYPE_CHECKING:

        @property
        def has_accounts(self) -> bool:
            """Whether there are profiles at all."""

        @property
        def wizard(self) -> WizardState:
            """The wizard's state."""

    async def told(self, do: Callable[[], object]) -> bool:
        """Do something that may take a while or fail, on a thread; tell whether it did not fail, and say why it did."""
        try:
            await asyncio.to_thread(do)
        except AepTuiError as error:
            self.tell_error(error)
            return False
        return True

    @work(group="faults", description="permissions of the settings")
    async def tell_of_faults(self) -> None:
        """Say once if nothing can be written where the history is, or if others can read the settings, or own them."""
        place = self.place
        if not self.has_accounts or place is None or place.is_demo:
            return
        from aep_tui.storage.private_files import why_unwritable

        directory = self.session.history.path.parent
        reason = await asyncio.to_thread(why_unwritable, directory)
        if reason:
            words = UNWRITABLE.format(directory=plain(directory, 200), reason=plain(reason, 200))
            self.notify(words, title="No connection can be made", severity="error", markup=False, timeout=30)
        faults = await asyncio.to_thread(self.accounts.faults)
        if faults:
            mends = not reason and any(fault.fixable for fault in faults)
            words = with_keys(self, f"{{profiles}} says which, and {'mends it' if mends else 'what to do'}.")
            self.notify(
                f"{plain(faults[0].what, 300)} {words}", title="Permissions", severity="warning", markup=False, timeout=15
            )

    def named_production(self, profile: str) -> Sequence[str]:
        """Return the sandboxes that a profile counts as production by now; none where the settings cannot be read."""
        try:
            found = self.accounts.settings().profiles.get(profile) if self.has_accounts else None
        except AepTuiError:
            found = None
        return found.production_sandboxes if found is not None else ()

    # Opening

    def action_profiles(self) -> None:
        """Show the profiles."""
        from aep_tui.tui.screens.profiles import ProfilesScreen

        if self.is_sending():
            self.notify("A request is on its way; wait for its answer first.", markup=False)
        elif isinstance(self.screen, BaseScreen) and not any(isinstance(page, ProfilesScreen) for page in self.screen_stack):
            self.push_screen(ProfilesScreen())

    # Setting up

    def set_up_profile(self, profile: Profile | None = None, *, replaced: str = "", start: str = "") -> None:
        """Fill in the values of a profile.

        Args:
            profile: What is known of it.
            replaced: The name of the one that is edited.
            start: The field to begin in, such as ``sandbox``.
        """
        from aep_tui.tui.screens.profile_setup import ProfileSetupScreen

        self.push_screen(ProfileSetupScreen(profile, replaced=replaced, start=start))

    @work(exclusive=True, group="import", description="profile from a file")
    async def import_profile(self) -> None:
        """Fill in the values of a profile from a file."""
        from aep_tui.tui.screens.import_profile import ImportProfileDialog
        from aep_tui.tui.screens.profile_setup import ProfileSetupScreen
        from aep_tui.wizard.credential import Credential

        self.unsay()
        dialog = ImportProfileDialog(self.last_directory)
        text = await self.push_screen_wait(dialog)
        self.last_directory = dialog.directory
        found = dialog.imported
        if text is None or found is None:
            return
        credential = Credential(found.client_secret or Secret(""), found.access_token or Secret(""))
        said = [f"{plain(dialog.loaded, 100)} is {found.a_kind}.", *found.remarks]
        self.push_screen(ProfileSetupScreen(found.profile, credential, remarks=said))

    @work(exclusive=True, group="check", description="check of a profile")
    async def check_profile(self, name: str) -> None:
        """Try out a profile as it is."""
        from aep_tui.tui.screens.live_check import LiveCheckScreen
        from aep_tui.wizard.credential import Credential

        try:
            profile = await asyncio.to_thread(self.accounts.profile, name)
        except AepTuiError as error:
            self.tell_error(error)
            return
        self.unsay()
        self.push_screen(LiveCheckScreen(profile, Credential(), keep=False, replaced=name, save=False))

    @property
    def is_saving(self) -> bool:
        """Whether a profile is being saved."""
        return self._is_saving

    def save_profile(self, profile: Profile, credential: Credential, *, keep: bool, replaced: str) -> None:
        """Save a profile that was tried out, and open it, unless that would lose what is typed for another."""
        if not self._is_saving:
            self._is_saving = True
            self._save_profile(profile, credential, keep=keep, replaced=replaced)

    @work(group="save", description="save a profile")
    async def _save_profile(self, profile: Profile, credential: Credential, *, keep: bool, replaced: str) -> None:
        from aep_tui.tui.screens.live_check import LiveCheckScreen

        check = self.screen if isinstance(self.screen, LiveCheckScreen) else None
        place = self.place
        opens = place is None or place.profile in (replaced, profile.name) or not replaced
        title = "The profile could not be saved"
        try:
            question = f"Open the profile {plain(profile.name, 60)}?"
            if opens and not await self._may_lose(question, check.values_page if check else None):
                return
            page, before = self.screen, self._session
            if check is not None:
                check.follow_saving()
            opened = check.opened if check is not None else None
            save = partial(self.accounts.save, profile, credential, keep=keep, replaced=replaced, opened=opened)
            trouble = await asyncio.to_thread(save)
            if check is not None and check.on_saved is not None:
                check.on_saved(profile)
            title = "The profile is saved, and cannot be opened"
            session = await asyncio.to_thread(self.accounts.session, profile.name)
        except AepTuiError as error:
            self.tell_error(error, title)
            return
        finally:
            self._is_saving = False
            if check is not None:
                check.follow_saving()
        self.unsay()
        if trouble:
            self.notify(trouble, title="Saved", severity="warning", markup=False, timeout=15)
        if not self._is_as_before(page, before) or self.is_sending():
            # Whoever left the page meanwhile does something else, which is not taken away.
            where = with_keys(self, "{profiles} opens it.")
            self.notify(f"{plain(profile.name, 60)} is saved. {where}", markup=False)
            self.tell_page_of_profiles()
        elif session is not None and opens:
            self.open_session(session)
        else:
            self.notify(f"{plain(profile.name, 60)} is saved.", markup=False)
            self.show_profiles_again(profile.name)

    def show_profiles_again(self, name: str) -> None:
        """Go back to the page of profiles, and to one of them there."""
        from aep_tui.tui.screens.profiles import ProfilesScreen

        while len(self.screen_stack) > 1 and not isinstance(self.screen, ProfilesScreen):
            self.pop_screen()
        self.tell_page_of_profiles(name)

    def tell_page_of_profiles(self, name: str = "") -> None:
        """Let the page of profiles, where it is open, read everything again.

        Args:
            name: The profile to go to; the highlight stays where none is given.
        """
        from aep_tui.tui.screens.profiles import ProfilesScreen

        for page in self.screen_stack:
            # One that is not laid out yet reads everything when it is.
            if isinstance(page, ProfilesScreen) and page.is_mounted:
                page.reload(name or page.highlighted)

    async def remove_profile(self, name: str) -> bool:
        """Remove a profile and its secrets; tell whether that was done."""
        return await self.told(lambda: self.accounts.remove(name))

    def leave_page(self, loss: str) -> None:
        """Leave a page; ask first where something would be lost."""
        from aep_tui.tui.screens.confirm import ConfirmScreen

        page = self.screen

        def answered(leave: bool | None) -> None:
            if leave and self.screen is page:
                self.unsay()
                self.pop_screen()

        if loss:
            self.push_screen(ConfirmScreen("Leave without saving?", loss, "Leave", "Stay"), answered)
        else:
            self.unsay()
            self.pop_screen()

    # Secret params of connections

    def can_keep_params(self) -> bool:
        """Tell whether the secrets of the present draft could be kept: they are named by the profile, and belong to it."""
        from aep_tui.wizard.kept_params import secret_answers

        if self.place is None or not self.has_accounts:
            return False
        draft = self.wizard.draft
        is_own = self.accounts.can_keep(self.session.belonging, GOES_WITH_PARAMS)
        return bool(is_own and draft and secret_answers(draft))

    async def keep_params(self, draft: Draft, session: Session) -> None:
        """Put the secrets of a connection that was made into the keyring, and say so, or why not.

        Args:
            draft: What was sent.
            session: Where it was made.
        """
        if session.belonging is None:
            return
        from aep_tui.storage.secret_store import SecretStoreUnusable
        from aep_tui.wizard.kept_params import keep_params

        belonging = session.belonging
        reason = await asyncio.to_thread(self.accounts.why_not_kept, belonging, GOES_WITH_PARAMS)
        try:
            if not reason:
                await asyncio.to_thread(keep_params, self.accounts.store, belonging.profile, draft)
        except SecretStoreUnusable as error:
            reason = error.sentence()
        if reason:
            self.notify(reason, title="Its secrets are not kept", severity="warning", markup=False, timeout=15)
        else:
            self.notify("Its secrets are in the keyring, under the profile's name.", markup=False)

    async def kept_params(self, spec_id: str) -> tuple[str, Mapping[str, Secret[str]]]:
        """Return the secrets that are kept for a source; none where they belong to other values, or cannot be asked for."""
        from aep_tui.storage.secret_store import SecretStoreUnusable
        from aep_tui.wizard.kept_params import kept_params

        belonging = self.session.belonging if self.place is not None else None
        if belonging is None or not self.accounts.can_keep(belonging, GOES_WITH_PARAMS):
            return "", {}
        try:
            kept = await asyncio.to_thread(kept_params, self.accounts.store, belonging.profile, spec_id)
        except SecretStoreUnusable:
            return "", {}
        # Only now, since the settings are written before anything is kept that is meant for what they say then.
        is_foreign = await asyncio.to_thread(self.accounts.why_not_kept, belonging, GOES_WITH_PARAMS)
        return ("", {}) if is_foreign else kept

    # Secrets

    async def ask_credential(self, session: Session, error: AepTuiError) -> bool:
        """Ask for what a session misses to sign in, and tell whether it is there now; one that was left is not asked for."""
        is_open = self.place is not None and session is self.session
        return is_open and await self._ask_secret(session, " ".join((error.title, error.detail)).strip())

    @work(exclusive=True, group="ask", description="secret or token")
    async def ask_for_secret(self) -> None:
        """Take another secret or token for what is open."""
        place = self.place
        if self.is_sending():
            self.notify("A request is on its way; wait for its answer first.", markup=False)
        elif place is not None and not place.is_demo and await self._ask_secret(self.session, ""):
            await self.session.forget_client()
            self.look_around()
            self.notify("It is used from the next call on.", markup=False)
            self.tell_page_of_profiles()

    async def _ask_secret(self, session: Session, reason: str) -> bool:
        from aep_tui.tui.screens.ask_secret import AskSecretScreen

        place, belonging = session.place, session.belonging
        if belonging is None:
            return False
        not_kept = await asyncio.to_thread(self.accounts.why_not_kept, belonging)
        status = None if not_kept else await asyncio.to_thread(self.accounts.store.status)
        keyring = status.name if status is not None and status.usable else ""
        answer: asyncio.Future[TypedSecret | None] = asyncio.get_running_loop().create_future()

        def answered(typed: TypedSecret | None) -> None:
            if not answer.done():
                answer.set_result(typed)

        # The reason may say already what stands in the way.
        why = not_kept if place.profile and not_kept not in reason else ""
        self.push_screen(AskSecretScreen(place.profile or place.org, reason, keyring=keyring, not_kept=why), answered)
        typed = await answer
        if typed is None:
            return False
        trouble = await asyncio.to_thread(self.accounts.give, belonging, typed.credential, keep=typed.keep)
        if trouble:
            self.notify(trouble, severity="warning", markup=False, timeout=15)
        return True
