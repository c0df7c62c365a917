"""What an answer earns, and why: the key, the marks it gives, and the key's own tests."""
