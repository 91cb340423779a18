"""Disaster recovery: what a restore proves, what may happen next; so far a policy that acts on nothing."""
