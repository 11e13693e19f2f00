"""Help for the page one came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from aep_tui.tui.keymap import Keymap, with_keys
from aep_tui.tui.screens.base import HERE


class HelpScreen(ModalScreen[None]):
    """What this page is for, its keys, and the focused field first; or another text alone."""

    CSS_PATH: ClassVar = [HERE / "form.tcss", HERE / "dialogs.tcss"]
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter,q", "dismiss", "Close", id="help-close"),
    ]

    def __init__(
        self,
        title: str,
        focused: str,
        text: str,
        keys: Sequence[tuple[str, str]] = (),
        everywhere: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Make the page.

        Args:
            title: Of the page one came from.
            focused: Help for what had the focus there; may be empty.
            text: What the page is for; without any keys, what is shown as it is.
            keys: Key and meaning, in order.
            everywhere: The same for the keys of every page.
        """
        super().__init__()
        self._title, self._focused, self._text, self._keys = title, focused, text, keys
        self._everywhere = everywhere

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with VerticalScroll() as page:
            page.border_title = Content(self._title)
            page.border_subtitle = Content(with_keys(self.app, "{help-close}, or a click beside it, closes"))
            if not self._keys and not self._everywhere:
                yield Static(Content(self._text))
                return
            if self._focused:
                yield Static(Content.styled("This field\n", "bold $secondary") + Content(self._focused) + Content("\n"))
            yield Static(Content.styled("This page\n", "bold $secondary") + Content(self._text) + Content("\n"))
            yield Static(_key_table("Keys here", self._keys))
            yield Static(_key_table("Keys everywhere", self._everywhere))

    def on_click(self, event: events.Click) -> None:
        """Close at a click beside the page."""
        if self.get_widget_at(*event.screen_offset)[0] is self:
            self.dismiss()


def _key_table(title: str, keys: Sequence[tuple[str, str]]) -> Content:
    lines = [Content.styled(f"  {key:16}", "bold") + Content(meaning) for key, meaning in keys]
    return Content("\n").join([Content.styled(title, "bold $secondary"), *lines, Content("")])


def keys_of(screen: Screen[None]) -> Sequence[tuple[str, str]]:
    """Return the keys that mean something on a page as it stands, as the settings have them, with their meaning."""
    found = [
        (screen.app.get_key_display(in_force), binding.tooltip or binding.description)
        for bindings in screen._bindings.key_to_bindings.values()  # noqa: SLF001 - no public way to list a screen's own
        for binding in bindings
        if binding.id and screen.check_action(binding.action, ()) is not False
        for in_force in _in_force(screen, binding)
    ]
    return [*dict.fromkeys(found)]


def _in_force(screen: Screen[None], binding: Binding) -> Sequence[Binding]:
    """Return a binding under each key that the settings give it; a page's own list has those from the start."""
    keymap = getattr(screen.app, "keymap", None)
    given = keymap.given.get(binding.id or "", "") if isinstance(keymap, Keymap) else ""
    return [binding.with_key(key) for key in given.split(",")] if given else [binding]
