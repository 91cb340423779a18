"""Tasks: the reason why the rest of this package exists."""
