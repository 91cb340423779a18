"""What Toban needs from outside, one module per need; adapters and fakes carry the same file names."""
