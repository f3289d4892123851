"""How the threads of NumPy and LightGBM behave in tests; to be imported before either, which read this when loaded.

As in the command line, BLAS has no threads of its own. Threads of LightGBM that wait for each other sleep: on as many
cores as there are test processes they spin in vain. No number depends on either.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
