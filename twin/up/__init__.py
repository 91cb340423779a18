"""The twin kept running for people: an AWS endpoint, a page and commands on loopback around one world."""
