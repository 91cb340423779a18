"""Documents that people write: read strictly, checked by a published schema, each fault with its place."""
