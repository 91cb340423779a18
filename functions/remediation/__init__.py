"""Remedies for alarms: diagnose, take the least invasive step that fits the cause, prove it, or hand over."""
