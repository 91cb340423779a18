"""When an environment sleeps, how deeply, and why: a document that people write, and a pure reader of it."""
