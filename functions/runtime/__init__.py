"""Lambda plumbing without decisions: the entry point, the settings, the composition root."""
