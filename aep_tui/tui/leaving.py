"""Leaving the program: at once where nothing is lost, at the second press where something would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aep_tui.errors import ExitCode

if TYPE_CHECKING:
    from aep_tui.tui.base_app import BaseApp

QUIT_AGAIN_SECONDS = 5.0
INTERRUPT_AGAIN_SECONDS = 3.0


class Leaving:
    """ctrl+q and ctrl+c."""

    def __init__(self, app: BaseApp) -> None:
        """Remember whose end this is about."""
        self._app = app
        self._quit_asked_at = self._interrupted_at = float("-inf")
        self._quit_loss = self._interrupt_loss = ""

    def lasting_keys(self) -> tuple[str, ...]:
        """Return what works on a page that has no room to be shown."""
        return ("ctrl+c", *self._app.keymap.keys("quit"), *self._app.keymap.keys("suspend"))

    def request_quit(self, key: str = "{quit}") -> None:
        """Leave, or say first what would be lost.

        Args:
            key: What was pressed, and would be again, such as ``{quit}``.
        """
        self._app.take_typed()
        warning, now = self._app.loss(), self._app.clock.monotonic()
        # Who was told of one loss has not agreed to another.
        if warning and (now - self._quit_asked_at > QUIT_AGAIN_SECONDS or warning != self._quit_loss):
            self._quit_asked_at, self._quit_loss = now, warning
            self._say_not_yet(f"{warning} {self._app.keymap.fill(key)} again leaves.")
        else:
            self._app.exit(return_code=int(self._app.leaving_code()))

    def interrupt(self) -> None:
        """Leave at the second ctrl+c; the first may have been meant to copy."""
        self._app.take_typed()
        warning, now = self._app.loss(), self._app.clock.monotonic()
        if now - self._interrupted_at > INTERRUPT_AGAIN_SECONDS or (warning and warning != self._interrupt_loss):
            self._interrupted_at, self._interrupt_loss = now, warning
            self._say_not_yet(f"{warning} ctrl+c again leaves.".strip())
        else:
            code = self._app.leaving_code()
            self._app.exit(return_code=int(ExitCode.INTERRUPTED if code is ExitCode.DONE else code))

    def has_selection(self) -> bool:
        """Tell whether ctrl+c has something to copy."""
        field = self._app.focused
        return bool(getattr(field, "selected_text", "") or self._app.screen.get_selected_text())

    def _say_not_yet(self, words: str) -> None:
        self._app.notify(words, title="Not yet", severity="warning", markup=False)
