"""What went wrong on a page, copied for Adobe's support."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from aep_tui.tui.base_app import BaseApp
from aep_tui.tui.screens.base import WizardScreen


class WithSupport(BaseApp):
    """A program whose pages can tell what went wrong."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f12", "support", "For support", id="support", tooltip="Copy what went wrong for support, without secrets"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what support needs only where something went wrong."""
        if action == "support":
            page = self.screen if self.screen_stack else None
            return isinstance(page, WizardScreen) and page.trouble_now() is not None
        return super().check_action(action, parameters)

    def action_support(self) -> None:
        """Copy what went wrong, fit to be given to Adobe's support, and show it: no secret is in it."""
        from aep_tui.tui.screens.help import HelpScreen
        from aep_tui.wizard.support import support_text

        trouble = self.screen.trouble_now() if isinstance(self.screen, WizardScreen) else None
        if trouble is not None:
            text = support_text(trouble.problem, trouble.place, self.clock.local(trouble.at))
            self.push_screen(HelpScreen("For support, without secrets; it is copied", "", text))
            self.copy("text for support", text, in_sight=True)
