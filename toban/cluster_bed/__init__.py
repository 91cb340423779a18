"""A real Kubernetes control plane on a laptop: found or built once, started on loopback, gone without a trace."""
