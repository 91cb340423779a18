"""AWS::KinesisFirehose: what carries logs into a bucket."""

from __future__ import annotations

from twin.cloudformation.provider import Provider, register

register(
    Provider(
        kind="AWS::KinesisFirehose::DeliveryStream",
        create="firehose.CreateDeliveryStream",
        name="DeliveryStreamName",
        ref="=DeliveryStreamName",
        attributes={"Arn": "DeliveryStreamARN"},
        delete="firehose.DeleteDeliveryStream",
        delete_input=lambda resource: {"DeliveryStreamName": resource.physical},
    ),
)
