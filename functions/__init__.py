"""Everything that runs in Lambda: one artefact, built once, for every function."""
