"""One ladder for each of the six alarms: causes in the order they are looked for, each with its rung."""
