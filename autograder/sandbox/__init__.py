"""The wall around a stranger's notebook, and the process behind it that notebooks are forked from.

Nothing here knows what a notebook is asked or what it earns.
"""
