"""What is missing before a real organisation can be reached, where one finds it, and the demo as the way in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.account import SECRET_VARIABLE, TOKEN_VARIABLE
from aep_tui.text import plain
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE, WizardScreen
from aep_tui.tui.words import error_content
from aep_tui.wizard.effective import Origin, with_keyring

if TYPE_CHECKING:
    from aep_tui.wizard.effective import Effective

FILES = (
    "You need a credential from the Developer Console (developer.adobe.com/console): a project with the Experience Platform "
    "API and OAuth Server-to-Server. Its JSON file can be imported; so can a Console project, an aepp config or a Postman "
    "environment."
)
VARIABLES = "Or set AEP_IMS_ORG, AEP_API_KEY and AEP_SANDBOX_NAME, and one of AEP_CLIENT_SECRET and AEP_ACCESS_TOKEN."
WAY = "{profiles} shows it; there {profile-edit} completes it, and the check lists the sandboxes."


class WelcomeScreen(WizardScreen):
    """The first page of somebody who has set up nothing yet."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "welcome.tcss"]
    TITLE_TEXT = "Welcome"
    AUTO_FOCUS = "#demo"
    HELP_TEXT = (
        "aep-tui needs to know whose organisation it works for and how to sign in. A profile holds that; its secret goes into "
        "the keyring of this system. The demo needs none: a stand-in of the service runs inside this program, and nothing "
        "leaves this machine."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "demo", "Open the demo", id="main", priority=True, tooltip="Try everything without an account"),
        Binding("n", "new", "New profile", id="profile-new", tooltip="Set up your own organisation"),
        Binding("i", "import", "Import", id="profile-import", tooltip="Set it up from a file that you have"),
    ]

    def body(self) -> Iterable[Widget]:
        """The demo first, then one's own organisation, then what the environment says already."""
        with VerticalScroll(id="page") as page:
            page.can_focus = False
            yield Static(
                Content.styled("Connect a data source to Adobe Experience Platform, step by step.", "bold")
                + Content(
                    "\nPick a source by its name, fill in its form, look at the request, send it, and have the connection id."
                )
            )
            yield Button(Content(with_keys(self.app, "Open the demo  {^main}")), id="demo", variant="primary", compact=True)
            yield Static(Content.styled("The demo needs no account, and nothing leaves this machine.\n", "dim"))
            yield Static(Content.styled("Your own organisation", "bold"))
            with Horizontal(id="own"):
                yield Button(Content(with_keys(self.app, "Set it up  {^profile-new}")), id="new", compact=True)
                yield Button(Content(with_keys(self.app, "Import a file  {^profile-import}")), id="import", compact=True)
                yield Button(Content(with_keys(self.app, "Profiles  {^profiles}")), id="profiles", compact=True)
            yield Static(id="known")
            yield Static(Content.styled(f"\n{FILES}", "dim"))

    def on_screen_resume(self) -> None:
        """Say what is known so far, also when somebody comes back from filling something in."""
        self._tell_known()

    @work(exclusive=True, group="known", description="what is known")
    async def _tell_known(self) -> None:
        accounts = self.app.accounts
        try:
            known = await asyncio.to_thread(lambda: with_keyring(accounts.effective(), accounts.store, accounts.has_expired))
            names = list((await asyncio.to_thread(accounts.settings)).profiles)
        except AepTuiError as error:
            words = error_content(error)
        else:
            words = self._words_of(known, names)
        self.query_one("#known", Static).update(words)

    def _words_of(self, known: Effective, names: Sequence[str]) -> Content:
        """Return what is known and what is missing, where any of it was given; else where one begins."""
        given = [value for value in known.values.values() if value.is_there and value.origin is not Origin.DEFAULT]
        if not given and not known.profile:
            listed = ", ".join(plain(name, 40) for name in names[:5])
            begin = f"There are profiles already: {listed}. {{profiles}} opens one." if names else VARIABLES
            return Content.styled(with_keys(self.app, begin), "dim")
        whose = f"The profile {plain(known.profile, 60)} ({known.profile_source}) is not complete:"
        lines = [Content.styled(whose if known.profile else "Some values are known, others are missing:", "bold")]
        if known.profile:
            lines.append(Content(with_keys(self.app, WAY)))
        lines += [Content.styled(" ✗ ", "$text-error") + line for line in _missing(known)]
        lines += [Content.styled(" ✓ ", "$text-success") + Content(f"{value.label} ({value.source})") for value in given]
        return Content("\n").join(lines)

    @on(Button.Pressed, "#demo")
    def action_demo(self) -> None:
        """Open the demo."""
        self.app.switch_to_demo()

    @on(Button.Pressed, "#new")
    def action_new(self) -> None:
        """Set up a profile."""
        self.app.set_up_profile()

    @on(Button.Pressed, "#import")
    def action_import(self) -> None:
        """Set up a profile from a file."""
        self.app.import_profile()

    @on(Button.Pressed, "#profiles")
    def _profiles_pressed(self) -> None:
        self.app.action_profiles()


def _missing(known: Effective) -> Iterable[Content]:
    """Return a line for each value that is still missing; of client secret and access token one is enough."""
    for value in known.lacking:
        yield Content(value.label) + Content.styled(f"  {value.variable}", "dim")
    if len(known.missing) > len(known.lacking):
        words = f"  one of {SECRET_VARIABLE}, {TOKEN_VARIABLE} {known.keyring_trouble}".rstrip()
        yield Content("Client secret or access token") + Content.styled(words, "dim")
