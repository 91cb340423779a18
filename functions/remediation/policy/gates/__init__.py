"""What has to be open before anything is changed; what cannot be read is closed, and pages."""
