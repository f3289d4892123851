"""A shop that never was, with a known truth: every table a shop keeps, and what its customers will do next.

`shop.simulated_shop` makes it, `files.write_shop` writes it as the files people have. Each file of this
folder holds one part of its life with the equations behind it.
"""
