"""The parameters of moto's private functions as the twin knows them, for the test beside the table."""

from __future__ import annotations

from twin.state_machines import moto_names as moto

SIGNATURES: dict[tuple[object, str], str] = {
    (moto.ExecutionWorker, "start"): "(self)",
    (moto.ExecutionWorker, "stop"): "(self, stop_date, error, cause)",
    (moto.ExecutionWorker, "_get_evaluation_entrypoint"): "(self)",
    (moto.ExecutionWorker, "_get_evaluation_environment"): "(self)",
    (moto.Program, "eval"): "(self, env)",
    (moto.ExecutionState, "_evaluate_with_timeout"): "(self, env)",
    (moto.ExecutionState, "_eval_execution"): "(self, env)",
    (moto.ComparisonVariable, "_eval_body"): "(self, env)",
    (moto.StateChoice, "_eval_state"): "(self, env)",
    (moto.StringJSONata, "_eval_body"): "(self, env)",
    (moto.StepFunctionResponse, "describe_execution"): "(self)",
    (moto.StepFunctionResponse, "send_task_failure"): "(self)",
    (moto.StepFunctionResponse, "stop_execution"): "(self)",
    (moto.WaitFunction, "_wait_interval"): "(self, env, wait_seconds)",
    (moto.Timestamp, "_get_wait_seconds"): "(self, env)",
    (moto.environment.Environment, "program_state"): "(self)",
    (moto.EventManager, "_publish_history_event"): (
        "(self, event_id, source_event_id, event_type, timestamp, event_details)"
    ),
    (moto.EventManager, "add_event"): (
        "(self, context, event_type, event_details, timestamp, update_source_event_id)"
    ),
    (moto.AmazonStateLanguageParser, "parse"): "(definition)",
    (moto.StateTaskService, "_normalise_parameters"): (
        "(self, parameters, boto_service_name, service_action_name)"
    ),
    (
        moto.StateTaskService,
        "_normalise_response",
    ): "(self, response, boto_service_name, service_action_name)",
    (moto.StateTaskService, "_to_boto_request"): "(self, parameters, structure_shape)",
    (moto.StateTaskService, "_from_boto_response"): "(self, response, structure_shape)",
    (moto.StateTaskService, "_get_boto_service_name"): "(self, boto_service_name)",
    (moto.StateTaskService, "_get_boto_service_action"): "(self, service_action_name)",
    (moto.StateTaskServiceAwsSdk, "_normalise_service_error_name"): "(service_name)",
    (moto.StateTaskServiceAwsSdk, "_normalise_exception_name"): "(norm_service_name, ex)",
    (moto.StateTaskServiceSfn, "_build_sync_resolver"): (
        "(self, env, resource_runtime_part, normalised_parameters, state_credentials)"
    ),
    (moto.StateTaskServiceSfn, "_build_sync2_resolver"): (
        "(self, env, resource_runtime_part, normalised_parameters, state_credentials)"
    ),
    (moto.StateMachine, "_handle_name_input_idempotency"): "(self, name, execution_input)",
    (moto.models.StepFunctionsParserBackend, "start_execution"): (
        "(self, state_machine_arn, name, execution_input, trace_header)"
    ),
    (moto.variable_store.VariableStore, "get_assigned_variables"): "(self)",
    (moto.variable_store.VariableStore, "get"): "(self, variable_identifier)",
    (moto.boto_client, "boto_client_for"): "(region, service, state_credentials)",
    (moto.json_path, "extract_json"): "(path, data)",
    (moto.CustomErrorName, "__init__"): "(self, error_name)",
    (moto.ExecutionState, "_from_error"): "(self, env, ex)",
    (moto.StateTaskServiceAwsSdk, "_from_error"): "(self, env, ex)",
    (moto.AssignDecl, "_eval_body"): "(self, env)",
    (moto.StateTaskLambda, "_from_error"): "(self, env, ex)",
    (moto.StateChoice, "_eval_state_output"): "(self, env)",
    (moto.EvalComponent, "eval"): "(self, env)",
    (moto.EvalComponent, "_field_name"): "(self)",
    (moto.state.CommonStateField, "_get_state_entered_event_details"): "(self, env)",
    (moto.state.CommonStateField, "_get_state_exited_event_details"): "(self, env)",
    (moto.ErrorEqualsDecl, "_eval_body"): "(self, env)",
    (moto.Parargs, "_eval_body"): "(self, env)",
    (moto.ItemsPath, "_eval_body"): "(self, env)",
    (moto.ResultPath, "_eval_body"): "(self, env)",
    (moto.StringVariableSample, "_eval_body"): "(self, env)",
    (moto.ChoiceRule, "_eval_body"): "(self, env)",
    (moto.ItemReader, "_eval_body"): "(self, env)",
    (moto.DistributedIterationComponent, "_map_run"): "(self, env, eval_input)",
    (moto.InlineIterationComponent, "_eval_body"): "(self, env)",
    (moto.DistributedItemProcessorWorker, "_eval_job"): "(self, env, job)",
    (moto.DistributedIteratorWorker, "_eval_job"): "(self, env, job)",
    (moto.StateTask, "_from_error"): "(self, env, ex)",
    (moto.Preprocessor, "_inner_string_of"): "(parser_rule_context)",
    (moto.Preprocessor, "visitChoice_rule_comparison_variable"): "(self, ctx)",
    (vars(moto.preprocessor)["IntrinsicParser"], "parse"): "(src)",
    (moto.models.StepFunctionsParserBackend, "_validate_definition"): "(definition)",
    (moto.models.StepFunctionsParserBackend, "create_state_machine"): (
        "(self, name, definition, roleArn, tags, publish, loggingConfiguration, tracingConfiguration, "
        "encryptionConfiguration, version_description, sm_type)"
    ),
}
"""What is replaced or called, with its parameters as the twin knows them."""
