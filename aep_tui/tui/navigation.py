"""Which screen draws which step; a screen's module is loaded when it is first shown."""

from __future__ import annotations

from textual.screen import Screen

from aep_tui.wizard.step import Step


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
