"""The engine behind nbgrader: its programs, its gradebook, its course folders and its pages."""
