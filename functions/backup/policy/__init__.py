"""What is decided about backups, pure: (inventory, policy, now) → plan with reasons."""
