"""Experiments on what Toban operates: each can be stopped, hits what it says, and proves something."""
