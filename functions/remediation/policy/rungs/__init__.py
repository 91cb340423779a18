"""What each rung does, to what, and what has to hold before it may: bounds, floors, capacity."""
