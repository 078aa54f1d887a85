"""The values and rules of the work, with no input or output: start reading here.

``kinds.py`` lists every kind of record, ``ownership.py`` says who may write it, ``canonical.py`` how it is
hashed; the other modules hold one concept each. Standard library only.
"""
