"""Every private name of moto's interpreter that the twin replaces or calls, in one place.

moto is pinned; when its version moves, the test beside this table says which of them have changed.
"""

from __future__ import annotations

import moto.stepfunctions.parser.asl.component.common.retry.jitter_strategy_decl as jitter
import moto.stepfunctions.parser.asl.component.intrinsic.jsonata as jsonata_functions
import moto.stepfunctions.parser.utils as interpreter_utils
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.exceptions import StateMachineDoesNotExist
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.api import ExecutionStatus, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.math_operations import (
    math_random,
)
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_operator_type import (
    ComparisonOperatorType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import (
    ComparisonVariable,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval import environment, states, variable_store
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.jsonata import jsonata
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import boto_client, json_path
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.responses import StepFunctionResponse

__all__ = [
    "COPIERS",
    "INTERPRETER",
    "SIGNATURES",
    "ActionResult",
    "AmazonStateLanguageParser",
    "ComparisonOperatorType",
    "ComparisonVariable",
    "EmptyResult",
    "EvalComponent",
    "EventManager",
    "ExecutionState",
    "ExecutionStatus",
    "ExecutionWorker",
    "FailureEvent",
    "FailureEventException",
    "HistoryEventType",
    "NoSuchVariable",
    "Program",
    "StateChoice",
    "StateMachine",
    "StateMachineDoesNotExist",
    "StateTaskService",
    "StateTaskServiceAwsSdk",
    "StateTaskServiceSfn",
    "StatesErrorName",
    "StatesErrorNameType",
    "StepFunctionResponse",
    "StringJSONata",
    "TimeoutSeconds",
    "Timestamp",
    "WaitFunction",
    "boto_client",
    "environment",
    "interpreter_utils",
    "jitter",
    "json_path",
    "jsonata",
    "jsonata_functions",
    "math_random",
    "models",
    "result_path",
    "to_json_str",
    "variable_store",
]

INTERPRETER = "moto.stepfunctions.parser."
"""The package whose modules get virtual threads and virtual time."""

COPIERS = (environment, event_manager, result_path, states, string_expression)
"""Modules that copy JSON again and again, by a module that they call `copy`."""

SIGNATURES: dict[tuple[object, str], str] = {
    (ExecutionWorker, "start"): "(self)",
    (ExecutionWorker, "stop"): "(self, stop_date, error, cause)",
    (ExecutionWorker, "_get_evaluation_entrypoint"): "(self)",
    (ExecutionWorker, "_get_evaluation_environment"): "(self)",
    (Program, "eval"): "(self, env)",
    (ExecutionState, "_evaluate_with_timeout"): "(self, env)",
    (ExecutionState, "_eval_execution"): "(self, env)",
    (ComparisonVariable, "_eval_body"): "(self, env)",
    (StateChoice, "_eval_state"): "(self, env)",
    (StringJSONata, "_eval_body"): "(self, env)",
    (StepFunctionResponse, "describe_execution"): "(self)",
    (StepFunctionResponse, "send_task_failure"): "(self)",
    (StepFunctionResponse, "stop_execution"): "(self)",
    (WaitFunction, "_wait_interval"): "(self, env, wait_seconds)",
    (Timestamp, "_get_wait_seconds"): "(self, env)",
    (environment.Environment, "program_state"): "(self)",
    (EventManager, "_publish_history_event"): (
        "(self, event_id, source_event_id, event_type, timestamp, event_details)"
    ),
    (EventManager, "add_event"): (
        "(self, context, event_type, event_details, timestamp, update_source_event_id)"
    ),
    (AmazonStateLanguageParser, "parse"): "(definition)",
    (StateTaskService, "_normalise_parameters"): (
        "(self, parameters, boto_service_name, service_action_name)"
    ),
    (StateTaskService, "_normalise_response"): "(self, response, boto_service_name, service_action_name)",
    (StateTaskService, "_to_boto_request"): "(self, parameters, structure_shape)",
    (StateTaskService, "_from_boto_response"): "(self, response, structure_shape)",
    (StateTaskService, "_get_boto_service_name"): "(self, boto_service_name)",
    (StateTaskService, "_get_boto_service_action"): "(self, service_action_name)",
    (StateTaskServiceAwsSdk, "_normalise_service_error_name"): "(service_name)",
    (StateTaskServiceAwsSdk, "_normalise_exception_name"): "(norm_service_name, ex)",
    (StateTaskServiceSfn, "_build_sync_resolver"): (
        "(self, env, resource_runtime_part, normalised_parameters, state_credentials)"
    ),
    (StateTaskServiceSfn, "_build_sync2_resolver"): (
        "(self, env, resource_runtime_part, normalised_parameters, state_credentials)"
    ),
    (StateMachine, "_handle_name_input_idempotency"): "(self, name, execution_input)",
    (models.StepFunctionsParserBackend, "start_execution"): (
        "(self, state_machine_arn, name, execution_input, trace_header)"
    ),
    (variable_store.VariableStore, "get_assigned_variables"): "(self)",
    (boto_client, "boto_client_for"): "(region, service, state_credentials)",
    (jsonata, "encode_jsonata_variable_declarations"): "(bindings)",
}
"""What is replaced or called, with its parameters as the twin knows them."""
