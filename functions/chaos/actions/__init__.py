"""The shell of chaos: reads ports, and carries out what the policies decided."""
