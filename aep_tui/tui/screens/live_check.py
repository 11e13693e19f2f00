"""A profile tried out, step by step, before it is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Static

from aep_tui.errors import AepTuiError
from aep_tui.text import plain
from aep_tui.tui.faces import Option
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE, Trouble, WizardScreen
from aep_tui.tui.words import error_content, problem_content
from aep_tui.wizard.live_check import CheckStep, LiveCheck, Verdict, live_check, value_of, value_of_error
from aep_tui.wizard.place import DEVELOPMENT, USUAL_PLATFORM, Place

if TYPE_CHECKING:
    from aep_tui.flow_service.client import FlowServiceClient
    from aep_tui.flow_service.sandboxes import SandboxInfo
    from aep_tui.storage.profiles import Profile
    from aep_tui.wizard.credential import Credential

SIGNS = {
    Verdict.OK: ("✓", "$text-success"),
    Verdict.FAILED: ("✗", "$text-error"),
    Verdict.RUNNING: ("…", "$text-warning"),
    Verdict.WAITING: ("·", "dim"),
    Verdict.SKIPPED: ("–", "dim"),
}
NEEDS_SANDBOX = "It can be saved once there is a sandbox: a check that works lists them, and the form takes its name."


class LiveCheckScreen(WizardScreen):
    """One line for each step; the main action saves the profile and opens it."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "profiles.tcss"]
    TITLE_TEXT = "Check of a profile"
    AUTO_FOCUS = "#save"
    HELP_TEXT = (
        "The values of the profile are tried out against the service: nothing is created and nothing changed. The first step "
        "that does not work says what to do and who can do it. {back} goes back to the values; {save-anyway} saves them all "
        "the same, once there is a sandbox.\n\n"
        "Saving writes the profile to the settings, then opens it. Its secret goes into the keyring where the form says to "
        "keep it and there is one; else it is used until the program ends."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "save", "Save", id="main", priority=True, tooltip="Save the profile and open it"),
        Binding("ctrl+n", "close", "Close", id="main", priority=True, tooltip="Back to the profiles; nothing was changed"),
        Binding("ctrl+n", "pick", "Sandbox", id="main", priority=True, tooltip="Pick the sandbox that it needs"),
        Binding("ctrl+n", "mend", "Back to the values", id="main", priority=True, tooltip="Back to what did not work"),
        Binding("a", "save_anyway", "Save anyway", id="save-anyway", tooltip="Save the profile and open it as it is"),
        Binding("escape", "back", "Back", id="back", tooltip="Back to where you were"),
        Binding("ctrl+r", "again", "Check again", id="reload", tooltip="Try the values out again"),
        Binding("s", "sandbox", "Sandbox", id="sandbox", tooltip="Pick the sandbox from the list"),
    ]

    def __init__(self, profile: Profile, credential: Credential, *, keep: bool, replaced: str = "", save: bool = True) -> None:
        """Make the page.

        Args:
            profile: What is tried out.
            credential: Its secrets, as far as they were typed; those that are known already stand in for them.
            keep: Whether they go into the keyring.
            replaced: The name that the profile had before.
            save: Whether there is anything to save; otherwise the main action only closes the page.
        """
        super().__init__()
        self._profile, self._credential, self._keep, self._replaced = profile, credential, keep, replaced
        self._saves = save
        self._check = LiveCheck(())
        self._failed_at = 0.0
        self.on_sandbox: Callable[[str], None] | None = None
        """Is told which sandbox was picked from the list."""
        self.on_failed: Callable[[str], None] | None = None
        """Is told which value did not work, by its key, when somebody goes back to the values."""
        self.on_saved: Callable[[Profile], None] | None = None
        """Is told what was saved."""
        self.opened: Profile | None = None
        """What the values were filled in over."""
        self.values_page: Screen[None] | None = None
        """Where the values were filled in; what is typed there is what is saved."""
        self._error: AepTuiError | None = None
        """Why nothing could be tried at all."""
        self._since: float | None = None
        self._runs = 0
        self._ticker: Timer | None = None

    def title_line(self) -> str:
        """Return whose check this is."""
        return f"Check of the profile {plain(self._profile.name, 60)}"

    def body(self) -> Iterable[Widget]:
        """The steps, and the buttons."""
        with VerticalScroll(id="page") as page:
            page.can_focus = False
            yield Static(id="steps")
            yield Static(id="trouble")
            with Horizontal(id="actions"):
                yield Button(self._main_label(), id="save", variant="primary", compact=True)
                if self._saves:
                    yield Button(Content(with_keys(self.app, "Back to the values  {^back}")), id="to-values", compact=True)
                yield Button(Content(with_keys(self.app, "Save anyway  {^save-anyway}")), id="anyway", compact=True)

    @property
    def _main(self) -> str:
        """What the main action does: nothing is offered that would be refused, and what failed is not saved first of all."""
        if not self._saves:
            return "close"
        if self._has_failed:
            return "mend"
        return "pick" if self._check.sandboxes and not self._profile.sandbox else "save"

    @property
    def _has_failed(self) -> bool:
        return self._check.failed is not None or self._error is not None

    def _main_label(self) -> Content:
        if self._saves and self.app.is_saving:
            return Content("Saving …")
        if self._main == "save" and not self._profile.sandbox:
            return Content("Checking …")
        labels = {"close": "Close", "mend": "Back to the values", "pick": "Pick the sandbox", "save": "Save and open"}
        return Content(with_keys(self.app, f"{labels[self._main]}  {{^main}}"))

    def on_mount(self) -> None:
        """Begin."""
        self.action_again()

    @work(exclusive=True, group="check", description="check of a profile")
    async def action_again(self) -> None:
        """Try everything out."""
        self._since, self._error = self.app.clock.monotonic(), None
        self._runs += 1
        run = self._runs
        if self._ticker is None:
            self._ticker = self.set_interval(0.5, self._draw)
        client = None
        trial = partial(self.app.accounts.trial, self._profile, self._credential, self._replaced)
        building = asyncio.ensure_future(asyncio.to_thread(trial))
        try:
            client = await asyncio.shield(building)
            await live_check(client, self._profile.org_id, self._profile.sandbox, self._tell)
        except AepTuiError as error:
            self._check, self._error = LiveCheck(()), error
        finally:
            if run == self._runs:
                # Otherwise the seconds are those of the check that came after.
                self._since = None
            if client is not None:
                await client.aclose()
            else:
                # A thread cannot be stopped: what it still makes is closed then, whether or not this page is there.
                self.app.run_worker(_closed(building), group="close", description="close a client", exit_on_error=False)
            self._draw()
        if self._check.sandboxes and not self._profile.sandbox:
            self.action_sandbox()

    def _tell(self, check: LiveCheck) -> None:
        self._check = check
        self._failed_at = self.app.clock.now()
        self._draw()

    def _draw(self) -> None:
        steps = self.query_one_optional("#steps", Static)
        if steps is None:
            # The page was left while something was tried.
            return
        lines = [line for step in self._check.steps for line in self._lines(step)]
        steps.update(Content("\n").join(lines))
        failed = self._check.failed
        trouble = Content("")
        if self._error is not None:
            trouble = error_content(self._error)
        elif failed is not None and failed.problem is not None:
            keys = with_keys(self.app, "{support} copies this for support")
            trouble = problem_content(failed.problem._replace(remedy=failed.remedy), keys)
        elif failed is not None:
            trouble = Content.styled("→ ", "$text-success") + Content(failed.remedy)
        if self._saves and self._has_failed and not self._profile.sandbox:
            trouble += Content.styled(f"\n{NEEDS_SANDBOX}", "dim")
        self.query_one("#trouble", Static).update(trouble)
        self.follow_saving()
        self.refresh_bindings()

    def follow_saving(self) -> None:
        """Let the main button say what it does, or that it does that now, and show the others where they do anything."""
        button = self.query_one_optional("#save", Button)
        if button is None:
            return
        if button.label != self._main_label():
            button.label = self._main_label()
            button.refresh(layout=True)
        for back in self.query("#to-values"):
            back.display = self._main != "mend"
        self.query_one("#anyway").display = self._can_save_anyway

    def _lines(self, step: CheckStep) -> Iterable[Content]:
        sign, style = SIGNS[step.verdict]
        seconds = ""
        if step.verdict is Verdict.RUNNING and self._since is not None:
            seconds = f"{int(self.app.clock.monotonic() - self._since)} s"
        words = step.words or seconds or ("not tried" if step.verdict is Verdict.SKIPPED else "")
        shown = "" if step.problem is not None else words
        yield Content.styled(f" {sign} ", style) + Content.styled(f"{step.title:28}", "bold") + Content(plain(shown, 300))

    @property
    def _can_save_anyway(self) -> bool:
        return self._main == "mend" and bool(self._profile.sandbox) and not self.app.is_saving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the list of sandboxes once it is there, and to save only what came from the form."""
        if action in ("save", "close", "pick", "mend"):
            return action == self._main
        if action == "save_anyway":
            return self._can_save_anyway
        if action == "sandbox":
            return bool(self._check.sandboxes)
        return super().check_action(action, parameters)

    def action_sandbox(self) -> None:
        """Pick the sandbox from the list."""
        from aep_tui.tui.screens.pick import PickScreen

        sandboxes = careful_order(self._check.sandboxes)
        options = [sandbox_option(sandbox) for sandbox in sandboxes]
        names = [sandbox.name for sandbox in sandboxes]
        chosen = names.index(self._profile.sandbox) if self._profile.sandbox in names else None

        def picked(index: int | None) -> None:
            if index is not None and index >= 0:
                self._profile = self._profile._replace(sandbox=names[index])
                # Also where a saved profile was only tried out there is something to save from now on.
                self._saves = True
                if self.on_sandbox is not None:
                    self.on_sandbox(names[index])
                self.action_again()

        self.app.push_screen(PickScreen("Sandbox to work in", options, chosen), picked)

    def trouble_now(self) -> Trouble | None:
        """Return what went wrong, where the service said it."""
        failed = self._check.failed
        if failed is None or failed.problem is None:
            return None
        platform = self._profile.platform_url or USUAL_PLATFORM
        place = Place(platform, platform, self._profile.org_id, self._profile.sandbox, profile=self._profile.name)
        return Trouble(failed.problem, self._failed_at, place)

    def action_back(self) -> None:
        """Go back to the values, and to the one that did not work."""
        self.app.pop_screen()
        key = value_of_error(self._error) if self._error is not None else value_of(self._check)
        if key and self.on_failed is not None:
            self.on_failed(key)

    def action_close(self) -> None:
        """Go back to where the check was asked for."""
        self.app.pop_screen()

    @on(Button.Pressed, "#to-values")
    def _back_pressed(self) -> None:
        self.action_back()

    @on(Button.Pressed, "#save")
    async def _main_pressed(self) -> None:
        await self.run_action(self._main)

    def action_pick(self) -> None:
        """Pick the sandbox, without which nothing can be saved."""
        self.action_sandbox()

    def action_mend(self) -> None:
        """Go back to the values, and to the one that did not work."""
        self.action_back()

    @on(Button.Pressed, "#anyway")
    def action_save_anyway(self) -> None:
        """Save the profile although something did not work."""
        if self._can_save_anyway:
            self._save()

    def action_save(self) -> None:
        """Save the profile and open it; while the list of sandboxes is asked for there is nothing to save yet."""
        if self._profile.sandbox:
            self._save()

    def _save(self) -> None:
        # While it is being saved the button says so; a second time it would be there already.
        if not self.app.is_saving:
            self.app.save_profile(self._profile, self._credential, keep=self._keep, replaced=self._replaced)


async def _closed(building: asyncio.Future[FlowServiceClient]) -> None:
    """Close a client that is still being made once it is there."""
    with suppress(AepTuiError):
        await (await building).aclose()


def careful_order(sandboxes: Sequence[SandboxInfo]) -> list[SandboxInfo]:
    """Return sandboxes by name, those for production last, so that Enter never means one of them by accident."""
    return sorted(sandboxes, key=lambda sandbox: (sandbox.type not in ("", DEVELOPMENT), sandbox.name.casefold()))


def sandbox_option(sandbox: SandboxInfo) -> Option:
    """Return a sandbox as a choice: its name, and beside it type, region, title and state."""
    state = "" if sandbox.state == "active" else sandbox.state
    facts = (sandbox.type, sandbox.region, sandbox.title, state)
    return Option(sandbox.name, " · ".join(plain(fact, 60) for fact in facts if fact))
