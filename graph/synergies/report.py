"""Synergies of a territory or a filière: every kind asked for, in one report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from ..analysis.uncertainty import TooFewData
from ..findings import Finding, Refusal, Report
from ..ground import Ground
from ..matter import Matter
from .meetings import Flags, Meetings
from .options import Options, Told
from .partners import find_openness, find_partners, find_undated
from .subject import Subject, find_subject
from .ties import find_ties

KINDS = ("ties", "complementarity", "fields", "helix", "brokerage")
