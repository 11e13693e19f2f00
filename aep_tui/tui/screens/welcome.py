"""What is missing before a real organisation can be reached, where one finds it, and the demo as the way in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from aep_tui.errors import AepTuiError
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE, WizardScreen
from aep_tui.tui.words import error_content
from aep_tui.wizard.effective import Origin

FILES = (
    "You need a credential from the Developer Console (developer.adobe.com/console): a project with the Experience Platform "
    "API and OAuth Server-to-Server. Its JSON file can be imported; so can a Console project, an aepp config or a Postman "
    "environment."
)


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
                yield Button(with_keys(self.app, "Set it up  {^profile-new}"), id="new", compact=True)
                yield Button(with_keys(self.app, "Import a file  {^profile-import}"), id="import", compact=True)
                yield Button(with_keys(self.app, "Profiles  {^profiles}"), id="profiles", compact=True)
            yield Static(Content.styled(FILES, "dim"))
            yield Static(self._known(), id="known")

    def _known(self) -> Content:
        """Return what is known and what is missing, where any of it was given; else where one begins."""
        try:
            known = self.app.accounts.effective()
        except AepTuiError as error:
            return Content("\n") + error_content(error)
        given = [value for value in known.values.values() if value.is_there and value.origin is not Origin.DEFAULT]
        if not given:
            return Content.styled("\nOr set AEP_IMS_ORG, AEP_API_KEY, AEP_SANDBOX_NAME and AEP_ACCESS_TOKEN.", "dim")
        lines = [Content.styled("\nSome values are known, others are missing:", "bold")]
        lines += [Content.styled(" ✓ ", "$text-success") + Content(f"{value.label} ({value.source})") for value in given]
        for value in known.missing:
            lines.append(
                Content.styled(" ✗ ", "$text-error") + Content(value.label) + Content.styled(f"  {value.where}", "dim")
            )
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
