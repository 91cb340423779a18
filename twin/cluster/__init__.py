"""A simulated cluster: objects, controllers and a Kubernetes HTTP API that the official client talks to."""
