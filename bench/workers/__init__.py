"""What a bench starts in a process of its own."""
