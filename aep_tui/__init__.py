"""A guided setup in the terminal for Adobe Experience Platform connections."""

__version__ = "0.1.0"
