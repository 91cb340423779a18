"""Documents that people write, read strictly: every fault is named with its place, all of them at once."""
