"""Handlers that no capability owns."""
