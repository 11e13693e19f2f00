"""A text of several lines: a list typed one entry a line, a key, a JSON value."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.content import Content
from textual.widgets import TextArea

from aep_tui.forms.fields import Answer
from aep_tui.secret import Secret
from aep_tui.tui.faces import BREAKS, MOST_CHARACTERS, area_height, pasted_text, text_of
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.quiet_input import plain_in_place


class AreaField(TextArea, FieldControl):
    """A few lines of text. Tab goes on; Enter makes a new line. A secret one shows dots and gives nothing to the clipboard."""

    takes_enter = True
    DEFAULT_CSS = """
    AreaField { width: 1fr; height: 3; border: none; padding: 0 1; background: $surface; }
    AreaField.-textual-compact { padding: 0 1; }
    AreaField:focus { border: none; background: $panel; }
    AreaField:nocolor { text-style: underline; }
    """

    def __init__(self, pointer: str, answer: Answer | None, *, placeholder: str = "", secret: bool = False) -> None:
        """Make the field.

        Args:
            pointer: Whose answer it is.
            answer: What it shows first.
            placeholder: An example, shown while it is empty.
            secret: Mask it.
        """
        super().__init__(self.text_of(answer), tab_behavior="focus", compact=True, placeholder=Content(placeholder))
        self._given, self._text_given = answer, self.text
        self.cursor_blink = False
        self._lines_before = self.lines_wanted
        self.pointer = pointer
        self.secret = secret

    def on_mount(self) -> None:
        """Begin behind the last sign, as a field of one line does: what is typed goes on there."""
        self.move_cursor(self.document.end)

    def answer(self) -> Answer | None:
        """Return the text; an empty one is not set, and one that nobody changed is what was given, to the letter."""
        if self._given is not None and self.text == self._text_given:
            return self._given
        if not self.text.strip():
            return None
        return Secret(self.text) if self.secret else self.text

    def show(self, answer: Answer | None) -> None:
        """Show another text."""
        with self.prevent(TextArea.Changed):
            self.text = self.text_of(answer)
        self._given, self._text_given = answer, self.text

    def text_of(self, answer: Answer | None) -> str:
        """Return the text to edit for an answer."""
        return text_of(answer)

    @property
    def lines_wanted(self) -> int:
        """As many as it has, within bounds."""
        return area_height(self.document.line_count)

    def on_text_area_changed(self) -> None:
        """Ask for more room, or for less."""
        if self.lines_wanted != self._lines_before:
            self._lines_before = self.lines_wanted
            self.post_message(self.HeightWanted(self))

    def action_copy(self) -> None:
        """Copy the selection, unless it is a secret."""
        if not self.refuses_copy():
            super().action_copy()

    def action_cut(self) -> None:
        """Cut the selection, unless it is a secret."""
        if not self.refuses_copy():
            super().action_cut()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the function keys to the page: the stock area selects with two of them."""
        return False if action in {"select_line", "select_all"} else super().check_action(action, parameters)

    async def _on_paste(self, event: events.Paste) -> None:
        """Insert a paste; a very long one makes the text too long to be edited here."""
        event.stop()
        event.prevent_default()
        text = pasted_text(event.text)
        start, end = sorted(self.selection)
        if len(self.text) + len(text) <= MOST_CHARACTERS and not BREAKS.search(text):
            self.move_cursor(self.replace(text, start, end).end_location)
            return
        before, after = self.get_text_range((0, 0), start), self.get_text_range(end, self.document.end)
        self.post_message(self.Replaced(self, before + text + after))

    def clicked(self, x: int, y: int) -> None:
        """Put the cursor where the click was."""
        self.move_cursor((min(y, self.document.line_count - 1), max(0, x - 1)))

    def reveal(self) -> None:
        """Show a secret, or hide it again."""
        super().reveal()
        self._line_cache.clear()

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is shown: dots for a secret; what was pasted may hold control characters."""
        line = self.document.get_line(line_index)
        return Text("•" * len(line) if self.masked else plain_in_place(line), end="", no_wrap=True)
