"""The profiles of this machine, and where each value of an account comes from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from aep_tui.errors import AepTuiError
from aep_tui.text import plain
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE, WizardScreen
from aep_tui.tui.value_lines import labelled, value_lines
from aep_tui.tui.widgets.virtual_list import ListRow, VirtualList
from aep_tui.tui.words import error_content

if TYPE_CHECKING:
    from aep_tui.storage.profiles import Profile, Settings
    from aep_tui.wizard.effective import Effective

DEMO, ENVIRONMENT = "#demo", "#environment"
"""Rows that are no profile: no profile's name begins so."""


class ProfilesScreen(WizardScreen):
    """One line for each profile; beside it its values, each with where it comes from."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "profiles.tcss"]
    TITLE_TEXT = "Profiles"
    AUTO_FOCUS = "#profiles"
    HELP_TEXT = (
        "A profile is one organisation as one credential sees it: organisation id, client id, sandbox. Its secret is in the "
        "keyring of this system. A value on the command line wins over one in the environment, that over the profile, that "
        "over the default; the page says for each where it comes from.\n\n"
        "{profile-new} sets one up, {profile-import} imports a file: the Developer Console's JSON, a Console project, a config "
        "of aepp, a Postman environment. {profile-check} tries one out. {profile-sandbox} picks the sandbox for this run, "
        "{profile-keep} keeps it. {profile-secret} takes another secret or token."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "use", "Open", id="main", priority=True, tooltip="Work with the highlighted profile"),
        Binding("escape", "back", "Back", id="back", tooltip="Back to where you were"),
        Binding("n", "new", "New", id="profile-new", tooltip="Set up a profile"),
        Binding("i", "import", "Import", id="profile-import", tooltip="Set up a profile from a file that you have"),
        Binding("e", "edit", "Edit", id="profile-edit", tooltip="Change the highlighted profile"),
        Binding("c", "check", "Check", id="profile-check", tooltip="Try the highlighted profile out"),
        Binding("s", "sandbox", "Sandbox", id="profile-sandbox", tooltip="Pick the sandbox to work in"),
        Binding("k", "secret", "Secret", id="profile-secret", tooltip="Type a client secret or an access token"),
        Binding("d", "default", "Default", id="profile-default", tooltip="Open the highlighted profile at every start"),
        Binding("w", "keep_sandbox", "Keep sandbox", id="profile-keep", tooltip="Begin in this sandbox at every start"),
        Binding("delete", "remove", "Remove", id="profile-remove", tooltip="Remove the highlighted profile and its secrets"),
        Binding("p", "private", "Make private", id="profile-private", tooltip="Let nobody else read the settings"),
        Binding("enter", "use", "Open", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]

    def __init__(self) -> None:
        """Start without rows."""
        super().__init__()
        self._settings: Settings | None = None
        self._has_faults = False
        self._told: tuple[Effective, Content | None] | None = None
        """What is told of the highlighted row, and what it signs in with."""
        self._asked_for = ""
        """The profile that was asked for and cannot be opened."""

    def body(self) -> Iterable[Widget]:
        """The list to the left, the values to the right, the main actions below."""
        with Horizontal(id="columns"):
            with Vertical(id="left"):
                yield VirtualList(self._draw_row, id="profiles", can_focus=True)
                yield Static(id="faults")
            details = VerticalScroll(Static(id="details-text"), id="details")
            details.can_focus = False
            details.border_title = "Where each value comes from"
            yield details
        with Horizontal(id="actions"):
            yield Button(Content(with_keys(self.app, "Open  {^main}")), id="use", variant="primary", compact=True)
            yield Button(Content(with_keys(self.app, "New  {^profile-new}")), id="new", compact=True)
            yield Button(Content(with_keys(self.app, "Import  {^profile-import}")), id="import", compact=True)
            yield Button(Content(with_keys(self.app, "Sandbox  {^profile-sandbox}")), id="sandbox", compact=True)

    def on_mount(self) -> None:
        """Read the settings; a key that was pressed already means a row."""
        self.app.keys.hold()
        self._begin()

    @work(exclusive=True, group="settings", description="profiles")
    async def _begin(self) -> None:
        try:
            await self._read("")
        finally:
            self.app.keys.release()

    @work(exclusive=True, group="settings", description="profiles")
    async def reload(self, highlight: str = "") -> None:
        """Read the settings again and show them.

        Args:
            highlight: Name of the profile to go to; the one in use if none is given.
        """
        await self._read(highlight)

    async def _read(self, highlight: str) -> None:
        accounts, settings, trouble = self.app.accounts, None, Content("")
        try:
            settings = await asyncio.to_thread(accounts.settings)
            known = await asyncio.to_thread(accounts.effective)
            self._asked_for = known.profile
        except AepTuiError as error:
            trouble = error_content(error) if settings is None else Content("")
        faults = await asyncio.to_thread(accounts.faults)
        if not (self.query("#profiles") and self.query("#faults")):
            # The page is being taken down: a profile was opened meanwhile.
            return
        self._settings, self._has_faults = settings, bool(faults)
        if faults and not trouble:
            lines = [f"{fault.what} {fault.remedy}".strip() for fault in faults]
            lines += [with_keys(self.app, "{profile-private} does that.")] if any(fault.fixable for fault in faults) else []
            trouble = Content.styled("! ", "$text-warning") + Content("\n".join(plain(line, 300) for line in lines))
        self.query_one("#faults", Static).update(trouble)
        self.set_class(bool(trouble), "-faults")
        place = self.app.place
        here = DEMO if place and place.is_demo else (place.profile or ENVIRONMENT) if place else self._asked_for
        self._list.set_rows(self._rows(), highlight=highlight or here)
        self.refresh_bindings()

    def _rows(self) -> list[ListRow]:
        profiles = self._settings.profiles if self._settings else {}
        rows = [ListRow(name, profile) for name, profile in profiles.items()]
        if self.app.accounts.environment_stands_alone():
            rows.append(ListRow(ENVIRONMENT))
        return [*rows, ListRow(DEMO)]

    @property
    def _list(self) -> VirtualList:
        return self.query_one("#profiles", VirtualList)

    @property
    def highlighted(self) -> str:
        """The highlighted row: a profile's name, or one of the other rows; empty if there is none, or the page is going."""
        rows = self.query_one_optional("#profiles", VirtualList)
        row = rows.highlighted if rows else None
        return row.key or "" if row else ""

    @property
    def _profile(self) -> Profile | None:
        """The highlighted profile, if it is one."""
        return self._settings.profiles.get(self.highlighted) if self._settings else None

    def _draw_row(self, row: ListRow, width: int) -> Content:
        place = self.app.place
        key = str(row.key)
        if key == DEMO:
            name, right, here = "the demo", "nothing leaves this machine", bool(place and place.is_demo)
        elif key == ENVIRONMENT:
            name, right = "the environment", "AEP_IMS_ORG and its neighbours"
            here = bool(place and not place.is_demo and not place.profile)
        else:
            name, here = plain(key, 60), bool(place and place.profile == key)
            right = " · ".join(plain(part, 40) for part in self._facts(key) if part)
        mark = Content.styled("● ", "$primary") if here else Content("  ")
        room = max(0, width - cell_len(name) - 4)
        shown = Content(right).truncate(room, ellipsis=True)
        gap = max(1, width - 2 - cell_len(name) - cell_len(shown.plain) - 1)
        return mark + Content.styled(name, "bold") + Content(" " * gap) + shown.stylize("dim")

    def _facts(self, name: str) -> Sequence[str]:
        profile = self._settings.profiles[name] if self._settings else None
        if profile is None:
            return ()
        default = "opened at the start" if self._settings and self._settings.used == name else ""
        place = self.app.place
        is_other = place is not None and self._is_open(name) and place.sandbox != profile.sandbox
        sandbox = f"{place.sandbox} for this run" if place is not None and is_other else profile.sandbox
        return (profile.org_id, sandbox, default)

    # The values of the highlighted one

    @on(VirtualList.Highlighted)
    def _show(self) -> None:
        key = self.highlighted
        self._told = None
        if key == DEMO:
            words = Content(
                "A stand-in of the service inside this program; it needs no account, and nothing leaves this machine."
            )
            self._details.update(words)
        elif key:
            self._show_values(key)
        self.query_one("#sandbox", Button).display = bool(self.check_action("sandbox", ()))
        self.refresh_bindings()

    @work(exclusive=True, group="values", description="values of a profile")
    async def _show_values(self, key: str) -> None:
        try:
            known = self._as_open(await asyncio.to_thread(self.app.accounts.effective, "" if key == ENVIRONMENT else key), key)
        except AepTuiError as error:
            self._details.update(error_content(error))
            return
        self._draw_values(known)
        secret = await self.app.accounts.where_secret_is(known)
        if self.highlighted == key:
            way = with_keys(self.app, self._way_to_secret(key)) if secret.startswith("nothing") else ""
            self._draw_values(known, Content(secret) + Content.styled(way, "dim"))

    def _draw_values(self, known: Effective, signs_in_with: Content | None = None) -> None:
        self._told = (known, signs_in_with)
        width = self._details.content_size.width
        lines = value_lines(known, width)
        lines += labelled("Signs in with", signs_in_with, width) if signs_in_with is not None else []
        self._details.update(Content("\n").join(lines))

    def _draw_again(self) -> None:
        """Break the lines anew where there is another width for them."""
        if self._told is not None:
            self._draw_values(*self._told)

    def on_resize(self, event: events.Resize) -> None:
        """Draw the values for the width that there is now."""
        super().on_resize(event)
        self.call_after_refresh(self._draw_again)

    def _way_to_secret(self, key: str) -> str:
        """Return the key that takes what a row misses to sign in; empty where it has to be opened first."""
        is_here = self._is_open(key) or self._fills_in
        way = "{profile-secret}" if is_here else "{profile-edit}" if self._profile is not None else ""
        return f"  {way} takes a client secret or a token." if way else ""

    def _is_open(self, key: str) -> bool:
        """Tell whether a row is what is worked with now."""
        place = self.app.place
        if place is None or place.is_demo:
            return place is not None and key == DEMO
        return key == (place.profile or ENVIRONMENT)

    @property
    def _fills_in(self) -> bool:
        """Whether sandbox and secret are filled in in the highlighted profile, since nothing is open yet."""
        return self.app.place is None and self._profile is not None

    def _as_open(self, known: Effective, key: str) -> Effective:
        """Return the values of a profile; of the one that is open with the sandbox that was chosen for this run."""
        place, sandbox = self.app.place, known.values["sandbox"]
        if place is None or not self._is_open(key) or place.sandbox == sandbox.text:
            return known
        chosen = sandbox._replace(text=place.sandbox, source="chosen for this run")
        return known._replace(values={**known.values, "sandbox": chosen})

    @property
    def _details(self) -> Static:
        return self.query_one("#details-text", Static)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what the highlighted row and the settings allow."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        match action:
            case "edit" | "check" | "default" | "remove":
                return self._profile is not None
            case "keep_sandbox":
                return self._profile is not None and self._is_open(self._profile.name)
            case "new" | "import":
                return self._settings is not None
            case "sandbox" | "secret":
                place = self.app.place
                return self._fills_in or (place is not None and (action == "sandbox" or not place.is_demo))
            case "private":
                return self._has_faults
        return super().check_action(action, parameters)

    def action_move(self, by: int) -> None:
        """Move the highlight."""
        self._list.move(by)

    def action_page(self, pages: int) -> None:
        """Move the highlight by pages."""
        self._list.move_page(pages)

    @on(VirtualList.Picked)
    @on(Button.Pressed, "#use")
    def action_use(self) -> None:
        """Work with the highlighted profile."""
        key = self.highlighted
        if key == DEMO:
            self.app.switch_to_demo()
        elif key:
            self.app.switch_to(None if key == ENVIRONMENT else key)

    @on(Button.Pressed, "#new")
    def action_new(self) -> None:
        """Set up a profile."""
        self.app.set_up_profile()

    @on(Button.Pressed, "#import")
    def action_import(self) -> None:
        """Set up a profile from a file."""
        self.app.import_profile()

    def action_edit(self) -> None:
        """Change the highlighted profile."""
        if self._profile is not None:
            self.app.set_up_profile(self._profile, replaced=self._profile.name)

    def action_check(self) -> None:
        """Try the highlighted profile out."""
        if self._profile is not None:
            self.app.check_profile(self._profile.name)

    @on(Button.Pressed, "#sandbox")
    def action_sandbox(self) -> None:
        """Pick the sandbox to work in."""
        if self._fills_in:
            self._fill_in("sandbox")
        elif self.app.place is not None:
            self.app.pick_sandbox()

    def action_secret(self) -> None:
        """Take another secret or token for what is open."""
        if self._fills_in:
            self._fill_in("client_secret")
        else:
            self.app.ask_for_secret()

    def _fill_in(self, field: str) -> None:
        """Go to a field of the highlighted profile, which has to be filled in before anything is open."""
        if self._profile is not None:
            self.app.set_up_profile(self._profile, replaced=self._profile.name, start=field)

    @work(exclusive=True, group="change", description="change of a profile")
    async def action_default(self) -> None:
        """Open the highlighted profile at every start."""
        profile = self._profile
        if profile is not None and self._settings is not None and self._settings.used == profile.name:
            self.notify(f"{plain(profile.name, 60)} is opened at every start already.", markup=False)
        elif profile is not None and await self.app.told(lambda: self.app.accounts.use(profile.name)):
            self.notify(f"{plain(profile.name, 60)} is opened at every start from now on.", markup=False)
            self.reload(profile.name)

    @work(exclusive=True, group="change", description="change of a profile")
    async def action_keep_sandbox(self) -> None:
        """Begin in the sandbox that was picked for this run at every start."""
        profile, place = self._profile, self.app.place
        if profile is None or place is None:
            return
        name = plain(place.sandbox, 40)
        if place.sandbox == profile.sandbox:
            self.notify(f"{plain(profile.name, 60)} begins in {name} already.", markup=False)
            return
        if not await self.app.may_go_on(f"Begin in {name} at every start", f"Begin in {name}"):
            return
        if await self.app.told(lambda: self.app.accounts.keep_sandbox(profile.name, place.sandbox)):
            self.notify(f"{plain(profile.name, 60)} begins in {plain(place.sandbox, 60)} from now on.", markup=False)
            self.reload(profile.name)

    @work(exclusive=True, group="change", description="permissions of the settings")
    async def action_private(self) -> None:
        """Let nobody else read the settings."""
        settings_file, failed = self.app.accounts.settings_file, list[str]()
        if not await self.app.told(lambda: failed.extend(settings_file.make_private())):
            return
        for sentence in failed:
            words = plain(sentence, 300)
            self.notify(words, title="Not made private", severity="warning", markup=False, timeout=15)
        self.reload(self.highlighted)

    @work(exclusive=True, group="remove", description="remove a profile")
    async def action_remove(self) -> None:
        """Remove the highlighted profile, once that is confirmed."""
        from aep_tui.tui.screens.confirm import ConfirmScreen

        profile = self._profile
        if profile is None:
            return
        question = ConfirmScreen(
            f"Remove the profile {plain(profile.name, 60)}?",
            "Its secrets are taken out of the keyring. Connections and the history stay as they are.",
            "Remove",
            "Keep",
        )
        if await self.app.push_screen_wait(question):
            self.reload("" if await self.app.remove_profile(profile.name) else profile.name)

    def action_back(self) -> None:
        """Go back."""
        self.app.pop_screen()
