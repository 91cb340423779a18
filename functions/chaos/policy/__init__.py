"""What chaos decides, as pure functions: may an experiment run, whom does it hit, and what did it prove."""
