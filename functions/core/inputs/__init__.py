"""Reads strictly what people and programs hand in; its JSON Schema comes from the same shape."""
