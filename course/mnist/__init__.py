"""The MNIST lab: data, the notes' network, training, checkpoints, and the fast recipe.

Its modules need the extra ``mnist`` (torch and a few small packages); this file imports none of
them, so that ``import course`` stays quick::

    from course.mnist import data, model, train, checkpoint, fast
"""
