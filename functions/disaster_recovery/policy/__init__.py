"""What is decided about a recovery, pure: facts → answer with reasons."""
