"""What goes out as text: the request as JSON lines and as a curl command."""
