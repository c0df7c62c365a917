"""Pictures that follow sliders.  They compute what exercises ask for, by ways of their own.

So they are not there while a notebook is graded: see ``course/hidden-while-graded.txt``.
"""
