"""Pictures: pure functions from numbers to a picture with alt text.  No widgets, no answers.

Each module draws one kind: ``windows``, ``staircase``, ``padding``, ``frameworks``.
"""
