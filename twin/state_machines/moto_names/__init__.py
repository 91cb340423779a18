"""Every private name of moto's interpreter that the twin replaces or calls, in one place.

moto is pinned; when its version moves, the test beside this table says which of them have changed.
"""

from __future__ import annotations

import moto.stepfunctions.parser.asl.component.common.retry.jitter_strategy_decl as jitter
import moto.stepfunctions.parser.utils as interpreter_utils
from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.exceptions import InvalidExecutionInput, InvalidName, StateMachineDoesNotExist
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.api import (
    ExecutionStatus,
    HistoryEventType,
)
from moto.stepfunctions.parser.asl.antlr.runtime.ASLParser import ASLParser
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.parargs import Parargs
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.common.path.items_path import ItemsPath
from moto.stepfunctions.parser.asl.component.common.path.result_path import ResultPath
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringJSONata,
    StringVariableSample,
)
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.choice.choice_rule import ChoiceRule
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_operator_type import (
    ComparisonOperatorType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import (
    ComparisonVariable,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.item_reader_decl import (
    ItemReader,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    distributed_iteration_component,
    inline_iteration_component,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iterator import (
    distributed_iterator_worker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils import (
    LambdaFunctionErrorException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval import environment, states, variable_store
from moto.stepfunctions.parser.asl.eval.callback.callback import HeartbeatTimeoutError
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded
from moto.stepfunctions.parser.asl.parse import asl_parser, preprocessor
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import boto_client, json_path
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.responses import StepFunctionResponse

__all__ = [
    "COPIERS",
    "INTERPRETER",
    "ASLParser",
    "AWSError",
    "ActionResult",
    "AmazonStateLanguageParser",
    "AssignContext",
    "AssignDecl",
    "ChoiceRule",
    "ComparisonOperatorType",
    "ComparisonVariable",
    "CustomErrorName",
    "DistributedItemProcessorWorker",
    "DistributedIterationComponent",
    "DistributedIteratorWorker",
    "EmptyResult",
    "ErrorEqualsDecl",
    "ErrorName",
    "EvalComponent",
    "EventManager",
    "ExecutionState",
    "ExecutionStatus",
    "ExecutionWorker",
    "FailureEvent",
    "FailureEventException",
    "HeartbeatTimeoutError",
    "HistoryEventType",
    "InlineIterationComponent",
    "InvalidExecutionInput",
    "InvalidName",
    "ItemReader",
    "ItemsPath",
    "LambdaFunctionErrorException",
    "NoSuchVariable",
    "Parargs",
    "Preprocessor",
    "Program",
    "ProgramEnded",
    "ResultPath",
    "StateChoice",
    "StateMachine",
    "StateMachineDoesNotExist",
    "StateTask",
    "StateTaskLambda",
    "StateTaskService",
    "StateTaskServiceAwsSdk",
    "StateTaskServiceSfn",
    "StatesErrorName",
    "StatesErrorNameType",
    "StepFunctionResponse",
    "StringJSONata",
    "StringVariableSample",
    "TimeoutSeconds",
    "Timestamp",
    "WaitFunction",
    "asl_parser",
    "boto_client",
    "environment",
    "extract_json",
    "interpreter_utils",
    "jitter",
    "json_path",
    "models",
    "preprocessor",
    "result_path",
    "state",
    "to_json_str",
    "variable_store",
]

DistributedIterationComponent = distributed_iteration_component.DistributedIterationComponent
InlineIterationComponent = inline_iteration_component.InlineIterationComponent
Preprocessor = preprocessor.Preprocessor
AssignContext = ASLParser.Assign_declContext
DistributedItemProcessorWorker = distributed_item_processor_worker.DistributedItemProcessorWorker
DistributedIteratorWorker = distributed_iterator_worker.DistributedIteratorWorker
extract_json = json_path.extract_json

INTERPRETER = "moto.stepfunctions.parser."
"""The package whose modules get virtual threads and virtual time."""

COPIERS = (environment, event_manager, result_path, states, string_expression)
"""Modules that copy JSON again and again, by a module that they call `copy`."""
