"""The shell of night scaling: reads the ports, and carries out what policies decided."""
