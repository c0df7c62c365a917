"""A course to try the engine on, with a sample class whose credit is known beforehand."""
