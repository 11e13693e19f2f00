"""A JSON Schema read into a tree of fields, and a person's answers read into params."""
