"""Starting without the cyclic garbage collector: of what a start makes, nearly everything stays."""

from __future__ import annotations

import gc

STARTUP_SECONDS = 3.0
"""How long after its first frame a program does without it: the list of sources is there by then."""


def pause_collector() -> None:
    """Let nothing be collected until :func:`resume_collector`; a start would be searched for garbage ten times in vain."""
    gc.disable()


def resume_collector() -> None:
    """Collect again, and never look at what a paused start has made; without a pause before it, this does nothing."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
