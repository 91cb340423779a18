"""Fakes of the ports: in memory, first class, with the file names of the adapters."""
