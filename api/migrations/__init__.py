"""The schema's history: expand, backfill, contract, so that the previous release keeps running."""
