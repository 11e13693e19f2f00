"""Spares a headless app what no test can see: parsing the same styles again, composing frames for no terminal, drawing
between two letters that a person types.

Every widget still renders what a real terminal would have it render; only the frame itself is not put together. Pictures
and texts of the screen are composed in full whenever they are asked for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

from textual import events
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.geometry import Region
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

FRAME_SECONDS = 1 / 60
PARSED: dict[frozenset[tuple[str, str]], Any] = {}
"""Rules by their source, by the variables they were parsed with; no app ever changes a rule."""

compose_in_full = Compositor.render_update
parse_afresh = Stylesheet.parse
draw_now = Screen._on_timer_update
press_one_by_one = App._press_keys
wait_for_all = Pilot._wait_for_screen


def parse_once(stylesheet: Any) -> None:
    """Parse a stylesheet; what any stylesheet parsed before under the same variables is taken over."""
    own = stylesheet._parse_cache
    stylesheet._parse_cache = PARSED.setdefault(frozenset(stylesheet._variables.items()), {})
    try:
        parse_afresh(stylesheet)
    finally:
        stylesheet._parse_cache = own


def render_only(compositor: Any, full: bool = False, screen_stack: Any = None, simplify: bool = False) -> Any:
    """Render what is to be drawn anew; compose it only for a picture."""
    if full or simplify:
        return compose_in_full(compositor, full, screen_stack, simplify)
    visible_screen_stack.set(screen_stack or [])
    regions = compositor._dirty_regions.copy()
    compositor._dirty_regions.clear()
    if regions:
        whole = compositor.size.region
        crop = whole if whole in regions else Region.from_union(regions).intersection(whole)
        for _ in compositor._get_renders(crop):
            pass
    return None


def pictures_only(compositor: Any, full: bool = False, screen_stack: Any = None, simplify: bool = False) -> Any:
    """Compose what a picture is taken of, and draw nothing before."""
    if full or simplify:
        return compose_in_full(compositor, full, screen_stack, simplify)
    compositor._dirty_regions.clear()
    return None


def draw_last(screen: Any) -> None:
    """Draw when nothing else is to be done, or when a real screen would have to draw."""
    now = time.monotonic()
    since = screen.__dict__.setdefault("_due_since", now)
    if asyncio.get_running_loop()._ready and now - since < FRAME_SECONDS:  # type: ignore[attr-defined]
        return
    del screen._due_since
    draw_now(screen)


async def wait_for_the_busy(pilot: Any) -> bool:
    """Wait until every widget has handled its messages; ask none that has none."""
    app = pilot.app
    if app._exception is None and all(map(_is_idle, [app, *app.screen.walk_children(with_self=True)])):
        return True
    return await wait_for_all(pilot)


def _is_idle(pump: Any) -> bool:
    ready = pump._message_queue.ready_event
    return bool(ready._waiters) and not ready.is_set() and not pump._next_callbacks


async def press_in_bursts(app: Any, keys: Iterable[str]) -> None:
    """Press keys; letters that follow each other arrive together, as from a fast hand, and are waited for together."""
    burst: list[str] = []
    for key in keys:
        burst.append(key)
        if len(key) > 1 or not hasattr(app, "keys"):
            await _press(app, burst)
            burst = []
    await _press(app, burst)


async def _press(app: Any, burst: list[str]) -> None:
    for key in burst[:-1]:
        event = events.Key(_character_to_key(key), key)
        event.set_sender(app)
        app._driver.send_message(event)
    await press_one_by_one(app, burst[-1:])


def be_thrifty(patch: Callable[[str, object], None], *, for_a_picture: bool = False) -> None:
    """Let Textual do so.

    Args:
        patch: Sets what a dotted name stands for.
        for_a_picture: Nothing is looked at but the picture taken at the end.
    """
    patch("textual.css.stylesheet.Stylesheet.parse", parse_once)
    # What the class says itself, of the same identity, without a call of Python for each of some hundred rules.
    patch("textual.css.model.RuleSet.__hash__", object.__hash__)
    patch("textual._compositor.Compositor.render_update", pictures_only if for_a_picture else render_only)
    patch("textual.screen.Screen._on_timer_update", draw_last)
    patch("textual.app.App._press_keys", press_in_bursts)
    patch("textual.pilot.Pilot._wait_for_screen", wait_for_the_busy)
