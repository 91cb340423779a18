"""What AWS's own services publish reaches the alarms that watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit.twin.alarms.alarm_calls import alarm, state
from twin.cloudformation import deploy
from twin.package import package

if TYPE_CHECKING:
    from pathlib import Path


def test_handler_errors_reach_an_alarm_through_a_metric_filter(small_twin: Any) -> None:
    logs = small_twin.aws.client("logs")
    logs.create_log_group(logGroupName="/g")
    logs.put_metric_filter(
        logGroupName="/g",
        filterName="f",
        filterPattern='{ ($.type = "platform.report") && ($.record.status != "success") }',
        metricTransformations=[{"metricName": "Errors", "metricNamespace": "App", "metricValue": "1"}],
    )
    alarm(small_twin, Threshold=0)
    small_twin.services.function_ran("f", error=None, duration_ms=5, log_group="/g")
    assert state(small_twin) == "INSUFFICIENT_DATA"
    small_twin.services.function_ran("f", error="TemporaryError", duration_ms=5, log_group="/g")
    assert state(small_twin) == "ALARM"


def test_a_failed_execution_reaches_its_alarm(small_twin: Any) -> None:
    arn = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:m"
    alarm(small_twin, Namespace="AWS/States", MetricName="ExecutionsFailed", Threshold=0,
          Dimensions=[{"Name": "StateMachineArn", "Value": arn}])  # fmt: skip
    small_twin.services.execution_changed(arn, "RUNNING")
    assert state(small_twin) == "INSUFFICIENT_DATA"
    small_twin.services.execution_changed("m", "FAILED")
    assert state(small_twin) == "ALARM"


CHAIN = """\
Resources:
  Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: dead}}
  Pages: {Type: AWS::SNS::Topic, Properties: {TopicName: pages}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: scheduler.amazonaws.com}, Action: "sts:AssumeRole"}]
  Night:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: cron(0 22 * * ? *)
      ScheduleExpressionTimezone: Asia/Tokyo
      FlexibleTimeWindow: {Mode: "OFF"}
      Target:
        Arn: arn:aws:states:ap-northeast-1:123456789012:stateMachine:gone
        RoleArn: !GetAtt Role.Arn
        DeadLetterConfig: {Arn: !GetAtt Dead.Arn}
  Depth:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: depth
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{Name: QueueName, Value: !GetAtt Dead.QueueName}]
      Statistic: Maximum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref Pages]
"""


def test_a_schedule_that_cannot_be_delivered_ends_in_a_page(small_twin: Any, tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(CHAIN)
    deploy(package(tmp_path / "template.yaml"), stack_name="chain", aws=small_twin.aws)
    small_twin.run(hours=12)
    assert state(small_twin, "depth") == "OK"
    small_twin.run(hours=1, minutes=5)
    assert state(small_twin, "depth") == "ALARM"
    (page,) = [entry for entry in small_twin.log if entry[0] == "page"]
    assert page[1] == "pages"
    small_twin.run(hours=5)
    assert state(small_twin, "depth") == "ALARM"
    url = small_twin.aws.client("sqs").get_queue_url(QueueName="dead")["QueueUrl"]
    small_twin.aws.client("sqs").purge_queue(QueueUrl=url)
    small_twin.run(minutes=15)
    assert state(small_twin, "depth") == "OK"
