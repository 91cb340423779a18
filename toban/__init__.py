"""The command line for people: operators and developers meet Toban here."""
