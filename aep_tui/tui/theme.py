"""The two looks of the program, and the one for terminals without colour."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="aep-dark",
    primary="#5aa9f8",
    secondary="#7fc8a9",
    accent="#f2a65a",
    foreground="#d8dee6",
    background="#0f141a",
    surface="#151b23",
    panel="#1e2630",
    success="#7bd88f",
    warning="#e6b450",
    error="#ff7b72",
    dark=True,
    variables={
        "border": "#33404d",
        "border-blurred": "#26303b",
        "footer-key-foreground": "#5aa9f8",
        "input-selection-background": "#5aa9f8 35%",
    },
)
LIGHT: Final = Theme(
    name="aep-light",
    primary="#0b5fbf",
    secondary="#1f7a5c",
    accent="#b35900",
    foreground="#1d242c",
    background="#fbfcfd",
    surface="#f2f5f8",
    panel="#e4eaf0",
    success="#18733a",
    warning="#8a5a00",
    error="#c1272d",
    dark=False,
    variables={
        "border": "#b7c2cd",
        "border-blurred": "#d3dbe3",
        "footer-key-foreground": "#0b5fbf",
        "input-selection-background": "#0b5fbf 25%",
    },
)
NO_COLOUR: Final = "ansi-dark"
"""Textual's own theme whose colours are the terminal's; with NO_COLOR they are dropped, and shapes and weight remain."""
