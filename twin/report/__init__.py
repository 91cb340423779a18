"""The report of a scenario: one self-contained page with plots, events, runs and reasons."""
