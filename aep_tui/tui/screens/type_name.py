"""The question before something happens in production: its sandbox has to be named."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from aep_tui.text import plain
from aep_tui.tui.keymap import key_caption, with_keys
from aep_tui.tui.screens.base import HERE
from aep_tui.tui.widgets.quiet_input import QuietInput


class TypeNameScreen(ModalScreen[bool]):
    """A box that takes one name; nothing else goes on, and Escape changes nothing."""

    CSS_PATH: ClassVar = [HERE / "base.tcss", HERE / "form.tcss", HERE / "dialogs.tcss"]
    AUTO_FOCUS = "#name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="type-name-leave"),
        Binding("ctrl+n", "go_on", "Go on", id="type-name-take", priority=True),
    ]

    def __init__(self, title: str, reason: str, name: str, action: str) -> None:
        """Make the question.

        Args:
            title: What is about to happen.
            reason: Why its name has to be typed.
            name: What has to be typed.
            action: Label of the button that goes on.
        """
        super().__init__()
        self._title, self._reason, self._name, self._action = title, reason, name, action

    def compose(self) -> ComposeResult:
        """Lay out question, box and buttons."""
        with Vertical(classes="dialog") as frame:
            frame.border_title = Content(plain(self._title, 100))
            yield Static(Content(self._reason))
            yield Static(
                self._what(),
                id="what",
            )
            yield QuietInput(id="name", select_on_focus=False)
            yield Static(id="said")
            with Horizontal(id="buttons"):
                yield Button(Content(with_keys(self.app, "Leave it  {^type-name-leave}")), id="no", compact=True)
                go_on = f"{plain(self._action, 100)}  {key_caption(self.app, 'type-name-take')}"
                yield Button(Content(go_on), id="yes", variant="error", compact=True)

    def _what(self) -> Content:
        leave = with_keys(self.app, " to go on; {type-name-leave} changes nothing.")
        return Content("Type ") + Content.styled(plain(self._name, 100), "bold") + Content(leave)

    @on(Input.Changed, "#name")
    def _typed(self) -> None:
        self.query_one("#said", Static).update("")

    @on(Input.Submitted, "#name")
    @on(Button.Pressed, "#yes")
    def action_go_on(self) -> None:
        """Go on if the name is the right one."""
        typed = self.query_one("#name", Input)
        if typed.value.strip() == self._name:
            self.dismiss(True)
            return
        self.query_one("#said", Static).update(Content(self._why_not(typed.value.strip())))
        typed.focus()

    def _why_not(self, typed: str) -> str:
        if not typed:
            return "Nothing is typed yet."
        name = plain(self._name, 100)
        if typed.casefold() == name.casefold():
            return f"Capitals and small letters count: type {name} just so."
        return f"That is not its name: type {name} in full."

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(False)

    def on_click(self, event: events.Click) -> None:
        """Leave at a click beside the page."""
        if self.get_widget_at(*event.screen_offset)[0] is self:
            self.dismiss(False)
