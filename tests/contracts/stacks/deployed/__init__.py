"""Tests that share one deployed environment; a package, so that pytest takes it down when it leaves."""
