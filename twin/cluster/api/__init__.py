"""The HTTP face of the simulated cluster: what a Kubernetes client sees."""
