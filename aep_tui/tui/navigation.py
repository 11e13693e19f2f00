"""Which screen draws which step, and when it comes on top; a screen's module is loaded when it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.await_complete import AwaitComplete
from textual.screen import Screen

from aep_tui.text import plain
from aep_tui.tui.base_app import BaseApp
from aep_tui.tui.screens.base import BaseScreen
from aep_tui.wizard.step import Step

if TYPE_CHECKING:
    from aep_tui.wizard.state import WizardState


def screen_for(step: Step) -> Screen[None]:
    """Return a new screen for a step after the first.

    Raises:
        ValueError: The Source step, which is the app's first page.
    """
    match step:
        case Step.CREDENTIALS:
            from aep_tui.tui.screens.credentials import CredentialsScreen

            return CredentialsScreen()
        case Step.REVIEW:
            from aep_tui.tui.screens.review import ReviewScreen

            return ReviewScreen()
        case Step.DONE:
            from aep_tui.tui.screens.done import DoneScreen

            return DoneScreen()
    raise ValueError(f"{step.title} is the first page")


class Navigating(BaseApp):
    """A program that shows the page of the wizard's step, and tells pages of news."""

    if TYPE_CHECKING:

        @property
        def wizard(self) -> WizardState:
            """The wizard's state."""

    _is_done_put_off = False
    """Whether the Done page waits for what lies over the wizard's page to be left."""

    def _tell_screen(self) -> None:
        """Let every page draw what has become known; one that is not laid out yet does so when it is."""
        for screen in self.screen_stack:
            changed = getattr(screen, "state_changed", None)
            if changed is not None and screen.is_mounted:
                changed()

    def _show_step(self, before: Step, after: Step) -> None:
        """Put the step's screen on top: one deeper, one back, or all the way to the first page."""
        if after is Step.DONE and not self._is_wizard_on_top:
            self._put_done_off()
            return
        self.keys.hold()
        # What was said about the page before would lie over this one.
        self.clear_notifications()
        if after is Step.SOURCE:
            while self._is_wizard_on_top and self._step_on_top is not Step.SOURCE and len(self.screen_stack) > 1:
                self.pop_screen()
        elif after is Step.DONE:
            while self._step_on_top is not Step.CREDENTIALS:
                self.pop_screen()
            self.switch_screen(screen_for(after))
        elif after < before:
            self.pop_screen()
            self._tell_screen()
        else:
            self.push_screen(screen_for(after))
        self.screen.call_after_refresh(self.keys.release)

    def pop_screen(self) -> AwaitComplete:
        """Leave the page on top, and show the Done page if it waited for that."""
        left = super().pop_screen()
        if self._is_done_put_off and self._is_wizard_on_top:
            self._is_done_put_off = False
            # Another session begins at its first page.
            if self.wizard.step is Step.DONE:
                self._show_step(Step.REVIEW, Step.DONE)
        return left

    def _put_done_off(self) -> None:
        """Leave the page on top alone: a person reads it, or fills it in."""
        self._is_done_put_off = True
        self._tell_screen()
        draft, result = self.wizard.draft, self.wizard.result
        name, made = plain(draft.name.strip(), 24) if draft else "", plain(result.connection_id, 40) if result else ""
        self.notify(f"{name} was created: {made}. Leave this page to see it.", title="Created", markup=False, timeout=15)

    @property
    def _step_on_top(self) -> Step | None:
        """The step that the page on top is of; ``None`` if it is none of the wizard's."""
        return self.screen.STEP if isinstance(self.screen, BaseScreen) else None

    @property
    def _is_wizard_on_top(self) -> bool:
        return self._step_on_top is not None
