"""JSONata, which moto leaves out, and what it gets wrong about variables."""

from __future__ import annotations

import functools
import hashlib
import json
import sys
import uuid
from typing import TYPE_CHECKING, Any

from jsonata import Jsonata

from twin.state_machines import moto_names as moto
from twin.state_machines.failures import failure

if TYPE_CHECKING:
    from random import Random

    from twin.patches import Patches

_ALGORITHMS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}  # fmt: skip - a table


def patch(patches: Patches, numbers: Random) -> None:
    """Gives the interpreter JSONata by jsonata-python, and seeded chance."""

    def evaluate(expression: str) -> Any:
        try:
            program = Jsonata(expression)
            program.register_lambda("twinuuid", lambda: str(uuid.uuid4()))
            program.register_lambda("twinhash", _hash)
            program.register_lambda("twinparse", json.loads)
            return program.evaluate(None)
        except Exception as error:
            raise moto.jsonata.JSONataException("UNKNOWN", str(error)) from error

    def declare(bindings: dict[str, Any]) -> str:
        # moto quotes strings without escaping them.
        return "".join(
            f"{name}:={moto.to_json_str(value, separators=(',', ':'))};" for name, value in bindings.items()
        )

    evaluate_string = moto.StringJSONata._eval_body

    def evaluate_or_fail(string: Any, env: Any) -> None:
        try:
            evaluate_string(string, env)
        except moto.jsonata.JSONataException as error:
            cause = f"The JSONata expression '{string.expression}' failed: {error.details}"
            raise failure(env, moto.StatesErrorNameType.StatesQueryEvaluationError, cause) from error

    patches.set(moto.StringJSONata, "_eval_body", evaluate_or_fail)
    patches.set(moto.jsonata, "_eval_jsonata", evaluate)
    for module in [module for name, module in sys.modules.items() if name.startswith(moto.INTERPRETER)]:
        if "encode_jsonata_variable_declarations" in vars(module):
            patches.set(module, "encode_jsonata_variable_declarations", declare)
    functions = {
        **moto.jsonata_functions._DECLARATION_BY_VARIABLE_REFERENCE,
        "$uuid": "$uuid:=function(){$twinuuid()};",
        "$hash": "$hash:=function($value,$algorithm){$twinhash($value,$algorithm)};",
        "$parse": "$parse:=function($text){$twinparse($text)};",
    }
    patches.set(moto.jsonata_functions, "_DECLARATION_BY_VARIABLE_REFERENCE", functions)
    # Every expression of a definition comes back thousands of times, and parsing one takes milliseconds.
    for module in (moto.json_path, moto.result_path):
        patches.set(module, "parse", functools.cache(vars(module)["parse"]))
    _patch_chance(patches, numbers)

    assigned = moto.variable_store.VariableStore.get_assigned_variables

    def assigned_in_order(store: Any) -> dict[str, str]:
        # moto reads them out of a set, in an order that changes from process to process.
        return dict(sorted(assigned(store).items()))

    patches.set(moto.variable_store.VariableStore, "get_assigned_variables", assigned_in_order)


def _patch_chance(patches: Patches, numbers: Random) -> None:
    class Seeded:
        """What stands in for the module `random`."""

        uniform = staticmethod(numbers.uniform)

        @staticmethod
        def Random(seed: Any = None) -> Random:  # noqa: N802 - the module's own name
            return type(numbers)(numbers.random() if seed is None else seed)

    patches.set(moto.jitter, "random", Seeded)
    patches.set(moto.math_random, "random", Seeded)


def _hash(value: str, algorithm: str = "SHA-256") -> str:
    return hashlib.new(_ALGORITHMS[algorithm], value.encode(), usedforsecurity=False).hexdigest()
