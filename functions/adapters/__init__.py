"""The only imports of boto3 and of the Kubernetes client: a module per outside system."""
