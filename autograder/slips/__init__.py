"""Wrong answers of a class that no slip explained: grouped, shown, and made into new slips.

``groups`` reads what ``marks.json`` keeps of answers (``marking.behaviour``), ``code`` finds what a
student wrote, ``add`` writes a slip into the unit's ``exercises.py``, ``show`` prints.
"""
