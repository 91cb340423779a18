"""The cluster's manifests as code sees them: rendered, checked, and applied in order."""
