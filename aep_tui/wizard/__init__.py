"""The use cases: pick a source, fill in its form, send it once, remember it."""
