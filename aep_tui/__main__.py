"""``python -m aep_tui``."""

from aep_tui.launch import main

main()
