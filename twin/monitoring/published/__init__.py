"""What AWS's own services would publish to CloudWatch of an environment: pure, from a look and the load."""
