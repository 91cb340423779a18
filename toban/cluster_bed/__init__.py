"""A real Kubernetes control plane on a laptop: built once, started on loopback, gone without a trace."""
