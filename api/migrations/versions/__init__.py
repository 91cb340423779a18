"""The steps, in order; each says what the previous release still relies on."""
