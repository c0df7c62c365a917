"""Sliding Windows: a course on convolutional networks that grades itself.

What a student's notebook imports. One line at the top of a unit brings its check and its panels::

    from course.units.output_size import check, panels

Nothing here computes a reference answer: those live with the instructor, in ``source/``.
"""
