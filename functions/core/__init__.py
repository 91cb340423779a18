"""What Toban knows without asking anybody: pure, on the standard library alone."""
