"""What the commands of `toban schedule` are made of."""
