"""A strict CloudFormation: what AWS would refuse stops the twin, with the line of the template."""

from twin.cloudformation.check import check
from twin.cloudformation.deletion import DeletionError, delete
from twin.cloudformation.deployment import deploy, update
from twin.cloudformation.problems import Problem, TemplateError
from twin.cloudformation.stack import Stack

__all__ = ["DeletionError", "Problem", "Stack", "TemplateError", "check", "delete", "deploy", "update"]
