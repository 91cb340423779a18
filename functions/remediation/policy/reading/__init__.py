"""Turns checked documents into values; what they may say is held by their schemas."""
