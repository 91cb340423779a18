"""Applies the SAM transform offline, by AWS's own translator, and places its complaints on lines."""

from __future__ import annotations

import copy
import logging
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from twin.kept_answers import kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloudformation.places import Route
    from twin.cloudformation.problems import Problems

SAM = "AWS::Serverless-2016-10-31"


def is_sam(document: Mapping[str, Any]) -> bool:
    """Returns whether a template asks for the transform."""
    transforms = document.get("Transform", [])
    return SAM in (transforms if isinstance(transforms, list) else [transforms])


def translate(
    document: dict[str, Any], problems: Problems, parameters: Mapping[str, str], region: str
) -> dict[str, Any]:
    """Returns the plain CloudFormation that a SAM template becomes.

    Args:
        document: The template, its local paths inlined; it is left as it is.
        problems: Is given each complaint of the transform.
        parameters: Those values that decide what is generated.
        region: The Region whose partition the generated ARNs carry.

    Raises:
        TemplateError: The transform refuses the template.
    """
    question = [document, dict(parameters), region, version("aws-sam-translator")]
    try:
        plain: dict[str, Any] = kept("sam", question, lambda: _translated(document, parameters, region))
    except _Refused as error:
        for cause in error.causes:
            _add_cause(cause, problems)
        problems.stop_if_any()
        raise
    return plain


class _Refused(Exception):  # noqa: N818 - what the transform says
    """The transform refused a template, for these causes."""

    def __init__(self, causes: list[Any]) -> None:
        super().__init__("; ".join(str(cause.message) for cause in causes))
        self.causes = causes


def _translated(document: dict[str, Any], parameters: Mapping[str, str], region: str) -> dict[str, Any]:
    # Imported here because it takes longer to load than a plain template takes to deploy.
    import boto3  # noqa: PLC0415
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415
    from samtranslator.parser.parser import Parser  # noqa: PLC0415
    from samtranslator.translator.translator import Translator  # noqa: PLC0415

    # The translator counts what it translated, for AWS's own tools to publish; the twin publishes nothing.
    logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)
    logging.getLogger("samtranslator.feature_toggle.feature_toggle").setLevel(logging.ERROR)
    # The session is there for its Region alone; without one, the person's own AWS settings would be read.
    translator = Translator(None, Parser(), boto_session=boto3.Session(region_name=region))
    try:
        plain: dict[str, Any] = translator.translate(
            copy.deepcopy(document),
            parameter_values=dict(parameters),
            passthrough_metadata=True,
            get_managed_policy_map=dict,
        )
    except InvalidDocumentException as error:
        raise _Refused(list(error.causes)) from error
    return plain


def _add_cause(cause: Any, problems: Problems) -> None:
    """Places one complaint of the transform on the line of the resource, or the event, that it names."""
    name = getattr(cause, "_logical_id", None)
    route: Route = ("Resources", name) if name else ()
    event = getattr(cause, "_event_id", None)
    if name and event:
        route = ("Resources", name, "Properties", "Events", event)
    text = str(cause.message)
    marker = "is invalid. "
    problems.add(route, f"the SAM transform refuses it: {text.split(marker, 1)[-1]}")
