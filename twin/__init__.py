"""The twin: the real template, handlers and state machines on simulated AWS and a virtual clock."""
