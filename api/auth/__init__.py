"""Who is asking: registration, login, sessions and tokens."""
