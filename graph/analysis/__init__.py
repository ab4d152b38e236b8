"""The methods, on matrices alone: `from ancrage.graph.analysis import location_quotient, CountTable`.

Names stand in `__init__.pyi`, for people, type checkers and `lazy_loader`, which reads each from its module when it is first
used; a method may bear the name of its module, and is then what the name means here.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
