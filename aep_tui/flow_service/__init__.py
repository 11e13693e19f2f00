"""The Flow Service API: its calls, its documents, its errors."""
