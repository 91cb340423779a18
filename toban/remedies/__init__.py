"""What `toban remedy` reads and writes: JSON, JSON lines and YAML of people, each fault with its place."""
