"""The terminal front end, on Textual."""
