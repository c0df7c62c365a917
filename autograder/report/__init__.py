"""What the instructor reads of a class."""
