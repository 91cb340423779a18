"""What every run decides alike, pure: guards, deadlines, exclusion, approvals, and the words of a page."""
