"""Leaving the program: at once where nothing is lost, at the second press where something would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aep_tui.errors import ExitCode
from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.tui.app import AepTuiApp

QUIT_AGAIN_SECONDS = 5.0
INTERRUPT_AGAIN_SECONDS = 3.0
LEAVING_KEYS = ("ctrl+q", "ctrl+c", "ctrl+z")
"""What works on a page that has no room to be shown."""


class Leaving:
    """ctrl+q and ctrl+c."""

    def __init__(self, app: AepTuiApp) -> None:
        """Remember whose end this is about."""
        self._app = app
        self._quit_asked_at = self._interrupted_at = float("-inf")

    def request_quit(self) -> None:
        """Leave, or say first what would be lost."""
        warning, now = self._loss(), self._app.clock.monotonic()
        if warning and now - self._quit_asked_at > QUIT_AGAIN_SECONDS:
            self._quit_asked_at = now
            self._say_not_yet(f"{warning} ctrl+q again leaves.")
        else:
            self._app.exit(return_code=int(self._code()))

    def interrupt(self) -> None:
        """Leave at the second ctrl+c; the first may have been meant to copy."""
        now = self._app.clock.monotonic()
        if now - self._interrupted_at > INTERRUPT_AGAIN_SECONDS:
            self._interrupted_at = now
            self._say_not_yet(f"{self._loss()} ctrl+c again leaves.".strip())
        else:
            code = self._code()
            self._app.exit(return_code=int(ExitCode.INTERRUPTED if code is ExitCode.DONE else code))

    def has_selection(self) -> bool:
        """Tell whether ctrl+c has something to copy."""
        field = self._app.focused
        return bool(getattr(field, "selected_text", "") or self._app.screen.get_selected_text())

    def _say_not_yet(self, words: str) -> None:
        self._app.notify(words, title="Not yet", severity="warning", markup=False)

    def _loss(self) -> str:
        """Return what would be lost, as a sentence; empty if nothing would."""
        wizard = self._app.wizard
        if wizard.sending:
            return "A request is on its way; its outcome would stay unknown."
        typed = [plain(draft.source.name, 60) for draft in wizard.kept.values() if any(draft.touched.values())]
        return f"What you typed for {', '.join(typed[:3])} is kept only while the program runs." if typed else ""

    def _code(self) -> ExitCode:
        unknown = self._app.wizard.sending or self._app.left_unknown
        return ExitCode.UNKNOWN_OUTCOME if unknown else ExitCode.DONE
