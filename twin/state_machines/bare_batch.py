"""Imports moto's interpreter without the simulated AWS Batch and EC2 behind one of its integrations.

The interpreter reads one enumeration of `moto.batch`, whose package loads all of EC2: about a third of the
time that the twin needs to begin. Its folder stands in as a package without its own text meanwhile; whoever
imports Batch afterwards gets all of it.
"""

import sys
from pathlib import Path
from types import ModuleType

import moto

if "moto.batch" not in sys.modules:
    bare = ModuleType("moto.batch")
    bare.__path__ = [str(Path(moto.__path__[0]) / "batch")]
    sys.modules["moto.batch"] = bare
    try:
        import moto.stepfunctions.parser.models
    finally:
        for name in [each for each in sys.modules if f"{each}.".startswith("moto.batch.")]:
            del sys.modules[name]
