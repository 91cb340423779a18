"""What AWS's own services would publish to CloudWatch of an environment: pure, from one look and the load model."""
