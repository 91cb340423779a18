"""Backup: which backups stay, which may go, and why; so far a policy alone, which deletes nothing itself."""
