"""What to do about an alarm, and why: pure functions of facts, a policy document, a history and the time."""
