"""The last line of every page: the keys that work here, in one widget that draws one line.

Textual's own footer builds a widget for every key, anew at every change of focus; that cost a third of a form's time.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from aep_tui.tui.keymap import key_caption

ORDER: Final = (
    "main",
    "choose",
    "again",
    "stop",
    "back",
    "ask",
    "errors",
    "parts",
    "reveal",
    "help",
    "beside",
    "support",
    "load",
    "fold",
    "switch",
    "copy",
    "copy-curl",
    "keep",
    "kept",
    "existing",
    "sandbox",
    "profile-private",
    "profile-edit",
    "profile-check",
    "profile-secret",
    "profile-keep",
    "profile-default",
    "profile-remove",
    "profile-new",
    "profile-import",
    "profile-sandbox",
    "history",
    "profiles",
    "palette",
    "quit",
)
"""What is left out first where the line is too short stands furthest back; the palette and ``quit`` always stay."""
ALWAYS: Final = -2
PALETTE_ACTION: Final = "app.command_palette"


class ShownKey(NamedTuple):
    """One key of the line.

    Attributes:
        key: As it is shown, such as ``^n``.
        words: What it does.
        action: What a click runs.
        enabled: Whether it works now.
    """

    key: str
    words: str
    action: str
    enabled: bool = True

    @property
    def width(self) -> int:
        """Cells it takes, with the blanks that part it from the next."""
        return cell_len(f" {self.key} {self.words} ")


class KeyBar(Widget):
    """The keys of the page, the most important first; each can be clicked."""

    DEFAULT_CSS = """
    KeyBar {
        dock: bottom; height: 1; width: 1fr; background: $panel; color: $foreground;
        &:ansi { background: ansi_default; color: ansi_default; }
    }
    """

    def __init__(self) -> None:
        """Make an empty line."""
        super().__init__()
        self._shown: tuple[ShownKey, ...] = ()

    def on_mount(self) -> None:
        """Follow the bindings of the page."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)
        self._follow(self.screen)

    def _follow(self, screen: Screen[object]) -> None:
        shown = self._keys(screen)
        if screen is self.screen and shown != self._shown:
            self._shown = shown
            self.refresh()

    def _keys(self, screen: Screen[object]) -> tuple[ShownKey, ...]:
        found: dict[str, ShownKey] = {}
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.show and binding.id in ORDER and binding.id not in found:
                action = f"{'app' if active.node is self.app else 'screen'}.{binding.action}"
                found[binding.id] = ShownKey(self.app.get_key_display(binding), binding.description, action, active.enabled)
        found["palette"] = ShownKey(key_caption(self.app, "palette"), "Commands", PALETTE_ACTION)
        return tuple(found[name] for name in ORDER if name in found)

    def fitting(self, width: int) -> list[ShownKey]:
        """Return the keys that fit into a width, the last two among them always: the palette has all that does not fit."""
        first, last = list(self._shown[:ALWAYS]), list(self._shown[ALWAYS:])
        fitting, left = [], width - sum(shown.width for shown in last)
        for shown in first:
            if shown.width <= left:
                fitting.append(shown)
                left -= shown.width
        return [*fitting, *last]

    def render(self) -> Content:
        """Draw the line."""
        parts = []
        for shown in self.fitting(self.size.width):
            key_style, words_style = ("bold $primary", "") if shown.enabled else ("dim", "dim")
            words = Content.styled(f"{shown.words} ", words_style) if words_style else Content(f"{shown.words} ")
            parts.append(Content.styled(f" {shown.key} ", key_style) + words)
        return Content("").join(parts)

    async def on_click(self, event: events.Click) -> None:
        """Do what the clicked key does."""
        left = 0
        for shown in self.fitting(self.size.width):
            left += shown.width
            if event.x < left:
                if shown.enabled:
                    await self.app.run_action(shown.action, self.screen)
                return
