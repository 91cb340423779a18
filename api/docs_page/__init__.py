"""The API's own browser at /docs: the description to read, each request to try, nothing from elsewhere."""
