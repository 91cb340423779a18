"""One handler for each state of the machines: parse, observe, decide, act, answer."""
