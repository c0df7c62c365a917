"""What runs inside the sandbox, in the student's reach.  Nothing here is trusted or secret.

The files are started by path and import nothing of the engine, so that the engine's own code need
not be visible inside.
"""
