"""Makes an empty capability from its name, in a copy of the repository: folder, template, machine and page.

It plans, begins under the lock, changes one note, finishes and gives up, as every capability does. What it
needs in the root is a switch, a condition and an application, each at the end of its list.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "templates/night_scaling.yaml"
COPIED = (
    "functions", "layers", "templates", "statemachines", "events", "toban", "twin", "api", "stacks",
    "docs/runbooks", "docs/capabilities", "tests/contracts", "tests/fakes", "cluster_manifests",
    "template.yaml",
    "samconfig.toml",     "pyproject.toml", ".importlinter",
)  # fmt: skip


def copy_of_the_repository(to: Path) -> Path:
    """Copies what is tracked, as far as code, templates and contracts go."""
    listed = subprocess.run(  # noqa: S603 -- git as installed
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *COPIED],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def make(root: Path, name: str) -> None:
    """Makes the capability `name`, in snake case, in a copy of the repository."""
    words = {"name": name, "Name": camel(name), "dashed": name.replace("_", "-")}
    for path, text in {**FUNCTIONS, **AROUND}.items():
        file = root / filled(path, words)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(filled(dedent(text).lstrip("\n"), words), encoding="utf-8")
    template = root / "template.yaml"
    text = template.read_text(encoding="utf-8")
    for end, block in ROOT_BLOCKS.items():
        assert text.count(end) == 1, f"the root has one {end}"
        text = text.replace(end, filled(block, words) + end)
    template.write_text(text, encoding="utf-8")


def camel(snake: str) -> str:
    return "".join(word.title() for word in snake.split("_"))


def filled(text: str, words: dict[str, str]) -> str:
    """Fills in the names; every other brace is the text's own."""
    for word, value in words.items():
        text = text.replace(f"«{word}»", value)
    return text


ROOT_BLOCKS = {
    "  # ─── end of the switches\n": (
        '  «Name»:\n    Type: String\n    Default: "on"\n    AllowedValues: ["on", "off"]\n'
        "    Description: Whether «name» runs here.\n"
    ),
    "  # ─── end of the conditions\n": '  Runs«Name»: !Equals [!Ref «Name», "on"]\n',
    "  # ─── end of the applications\n": (
        "  «Name»Capability:\n    Type: AWS::Serverless::Application\n    Condition: Runs«Name»\n"
        "    Properties:\n      Location: templates/«name».yaml\n      Parameters:\n        <<: *common\n"
    ),
}  # fmt: skip

FUNCTIONS = {
    "functions/«name»/__init__.py": '"""«Name»: an empty capability."""\n',
    "functions/«name»/steps/__init__.py": '"""One handler for each state."""\n',
    "functions/«name»/policy/__init__.py": '"""What it decides, pure."""\n',
    "functions/«name»/contract.py": '''
        """What a run of «name» carries in its `plan`."""

        from typing import NamedTuple

        CAPABILITY = "«name»"


        class Plan(NamedTuple):
            """Nothing but how bright it gets."""

            brightness: int
    ''',
    "functions/«name»/ports.py": '''
        """What «name» reaches: no more than every run."""

        from functions.runs.ports import RunPorts as Ports  # noqa: F401
    ''',
    "functions/«name»/policy/decision.py": '''
        """Decides whether it has to be switched on."""

        from __future__ import annotations

        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from collections.abc import Mapping

        NOTE = "«name»/on"


        def decide(values: Mapping[str, object]) -> tuple[str, str]:
            """Returns the action and why."""
            return ("nothing", "it is on") if values.get("on") else ("switch", "it is off")
    ''',
    "functions/«name»/actions/__init__.py": '"""The shell."""\n',
    "functions/«name»/actions/plan.py": '''
        """Observes and decides."""

        from __future__ import annotations

        from typing import TYPE_CHECKING

        from functions.«name».contract import CAPABILITY, Plan
        from functions.«name».policy.decision import NOTE, decide
        from functions.runs.run import Run

        if TYPE_CHECKING:
            from datetime import datetime

            from functions.«name».ports import Ports


        def plan(ports: Ports, *, target: str, cause: str, now: datetime) -> Run:
            """Returns the run that is needed now."""
            action, reason = decide(ports.table.recall(target).note(NOTE).values)
            return Run(CAPABILITY, target, cause, action, reason, now, plan=Plan(brightness=7)._asdict())
    ''',
    "functions/«name»/steps/plan_«name».py": '''
        """Observes and decides; most often that is all."""

        from __future__ import annotations

        from typing import TYPE_CHECKING, Any

        from functions.«name».actions.plan import plan
        from functions.runtime.entrypoint import Call, entrypoint

        if TYPE_CHECKING:
            from functions.«name».ports import Ports


        @entrypoint
        def handler(call: Call, ports: Ports) -> dict[str, Any]:
            """Answers with the run."""
            return plan(ports, target=call.run["target"], cause=call.run["cause"], now=call.now).payload()
    ''',
    "functions/«name»/steps/begin_run.py": '''
        """Takes the lock and decides again."""

        from __future__ import annotations

        from typing import TYPE_CHECKING, Any

        from functions.«name».actions.plan import plan
        from functions.runs.begin import begin
        from functions.runs.run import Run, read_run
        from functions.runtime.entrypoint import Call, entrypoint

        if TYPE_CHECKING:
            from functions.«name».ports import Ports


        @entrypoint
        def handler(call: Call, ports: Ports) -> dict[str, Any]:
            """Answers with the run as it was decided under the lock."""
            asked = read_run(call.run)

            def decide() -> Run:
                return plan(ports, target=asked.target, cause=asked.cause, now=call.now)

            return begin(ports, asked, execution=call.execution, now=call.now, decide=decide).payload()
    ''',
    "functions/«name»/steps/switch.py": '''
        """Switches it on, unless it is broken."""

        from __future__ import annotations

        from typing import TYPE_CHECKING, Any

        from functions.core.errors import PermanentError
        from functions.«name».policy.decision import NOTE
        from functions.runs.resume import resume
        from functions.runtime.entrypoint import Call, entrypoint

        if TYPE_CHECKING:
            from functions.«name».ports import Ports


        @entrypoint
        def handler(call: Call, ports: Ports) -> dict[str, Any]:
            """Writes its one note."""
            run, record = resume(call, ports)
            if record.note("«name»/broken").values:
                raise PermanentError("the bulb is broken: buy another")
            ports.table.write_note(run.target, NOTE, {"on": True}, over=record.note(NOTE).revision)
            return run.and_did("switched it on").payload()
    ''',
    "functions/«name»/steps/finish_run.py": '''
        """Ends a run that was done."""

        from __future__ import annotations

        from typing import TYPE_CHECKING, Any

        from functions.runs.finish import Finished, finish
        from functions.runtime.entrypoint import Call, entrypoint

        if TYPE_CHECKING:
            from functions.«name».ports import Ports


        @entrypoint
        def handler(call: Call, ports: Ports) -> dict[str, Any]:
            """Keeps nothing of its own."""

            def settle(_finished: Finished) -> None:
                """Has nothing to settle."""

            return finish(call, ports, settle=settle)
    ''',
    "functions/«name»/steps/give_up.py": '''
        """Ends a run that cannot go on."""

        from __future__ import annotations

        from typing import TYPE_CHECKING, Any

        from functions.«name».contract import CAPABILITY
        from functions.runs.give_up import Failure, give_up
        from functions.runs.policy.page import Outlook
        from functions.runtime.entrypoint import Call, entrypoint

        if TYPE_CHECKING:
            from functions.«name».ports import Ports


        @entrypoint
        def handler(call: Call, ports: Ports) -> dict[str, Any]:
            """Says that it is dark."""

            def abandon(_failure: Failure) -> Outlook:
                return Outlook("whoever reads.", "in ten minutes.", "toban pause dev", "execution_failed")

            return give_up(call, ports, capability=CAPABILITY, abandon=abandon)
    ''',
}

_SUBSTITUTED = "\n".join(
    f"        {step}Function: !Ref {step}Function.Version"
    for step in ("Plan«Name»", "BeginRun", "Switch", "FinishRun", "GiveUp")
)
_ALLOWED = "\n".join(
    f'                  - !Sub "${{{step}Function.Arn}}:*"'
    for step in ("Plan«Name»", "BeginRun", "Switch", "FinishRun", "GiveUp")
)


def _function(step: str, file: str, policies: str, merge: str) -> str:
    dashed = file.replace("«name»", "«dashed»").replace("_", "-")
    return (
        f"  {step}Function:\n    Type: AWS::Serverless::Function\n{merge}"
        f"      FunctionName: !Sub toban-${{Environment}}-«dashed»-{dashed}\n"
        f"      Description: A step of «name».\n      Handler: functions.«name».steps.{file}.handler\n"
        f"      Role: !GetAtt {step}Role.Arn\n"
        f"  {step}Role:\n    Type: AWS::IAM::Role\n    Properties:\n"
        f'      AssumeRolePolicyDocument: {{Version: "2012-10-17", Statement: [{{Effect: Allow, '
        f'Principal: {{Service: lambda.amazonaws.com}}, Action: "sts:AssumeRole"}}]}}\n'
        f"      ManagedPolicyArns: [{policies}]\n"
    )  # fmt: skip


def template_from(model: str) -> str:
    """Returns the capability's template: what all say alike is cut from another's, the rest is its steps."""
    parameters = model[model.index("Parameters:\n") : model.index("  # Night scaling's own.\n")]
    function = model[model.index("    <<: &step\n") : model.index("      FunctionName:")]
    head = model[: model.index("Parameters:\n")].replace("Night scaling", "«Name»")
    globals_ = model[model.index("Globals:\n") : model.index("Resources:\n")]
    kept = [line for line in globals_.splitlines(keepends=True) if not _is_its_own(line)]
    first, later = function, "    <<: *step\n    Properties:\n      <<: *published\n"
    # What its parameters say, so that a change of one publishes anew.
    first = first[: first.index("        VersionDescription:")]
    first += '        VersionDescription: !Join [" ", [!Ref ClusterName, !Ref DocsUrl, !Ref Tracing]]\n'
    return (
        head + parameters + '\nConditions:\n  HasTracing: !Equals [!Ref Tracing, "on"]\n\n' + "".join(kept)
        + "Resources:\n"
        + _function("Plan«Name»", "plan_«name»", "!Ref RunsStep", first)
        + _function("BeginRun", "begin_run", "!Ref RunsStep", later)
        + _function("Switch", "switch", "!Ref RunsStep", later)
        + _function("FinishRun", "finish_run", "!Ref RunsStep, !Ref RecordsRuns, !Ref Announces", later)
        + _function("GiveUp", "give_up",
                    "!Ref RunsStep, !Ref RecordsRuns, !Ref Announces, !Ref PagesPeople, !Ref NotifiesTeam",
                    later)
        + MACHINE
    )  # fmt: skip


def _is_its_own(line: str) -> bool:
    own = ("TOBAN_NODEGROUPS", "TOBAN_DATABASES", "TOBAN_OBSERVE_DAYS")
    return any(name in line for name in own)


MACHINE = f"""
  «Name»Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: !Sub toban-${{Environment}}-«dashed»
      DefinitionUri: ../statemachines/«name».asl.json
      DefinitionSubstitutions:
{_SUBSTITUTED}
      Role: !GetAtt «Name»MachineRole.Arn
      AutoPublishAlias: live
      UseAliasAsEventTarget: true
      Tracing: {{Enabled: !If [HasTracing, true, false]}}
      Logging:
        Level: ERROR
        IncludeExecutionData: true
        Destinations: [{{CloudWatchLogsLogGroup: {{LogGroupArn: !Ref MachineLogs}}}}]
      Events:
        Tick:
          Type: ScheduleV2
          Properties:
            OmitName: true
            ScheduleExpression: cron(3/10 * * * ? *)
            FlexibleTimeWindow: {{Mode: "OFF"}}
            Input: !Sub '{{"target": "${{Environment}}", "cause": "tick"}}'
            RoleArn: !GetAtt «Name»ScheduleRole.Arn
            RetryPolicy: {{MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 300}}
            DeadLetterConfig: {{Arn: !Ref UndeliveredSchedules}}
  «Name»MachineRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{Version: "2012-10-17", Statement: [{{Effect: Allow, Principal: {{Service: states.amazonaws.com}}, Action: "sts:AssumeRole"}}]}}
      ManagedPolicyArns: [!Ref RunsMachine]
      Policies:
        - PolicyName: runs-its-steps
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: lambda:InvokeFunction
                Resource:
{_ALLOWED}
  «Name»ScheduleRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{Version: "2012-10-17", Statement: [{{Effect: Allow, Principal: {{Service: scheduler.amazonaws.com}}, Action: "sts:AssumeRole", Condition: {{StringEquals: {{"aws:SourceAccount": !Ref AWS::AccountId}}}}}}]}}
      Policies:
        - PolicyName: starts-the-machine
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {{Effect: Allow, Action: "states:StartExecution", Resource: !Sub "${{«Name»Machine}}:live"}}
              - {{Effect: Allow, Action: "sqs:SendMessage", Resource: !Ref UndeliveredSchedules}}
"""  # noqa: E501 -- a template

AROUND = {
    "templates/«name».yaml": template_from(MODEL.read_text(encoding="utf-8")),
    "statemachines/source/«name».yaml": """
        Comment: Switches one thing on.
        StartAt: Plan«Name»
        TimeoutSeconds: 7200
        States:
          Plan«Name»:
            <<: *step
            Parameters: {FunctionName: "${Plan«Name»Function}", Payload: *call}
            Next: Route
          Route:
            Type: Choice
            Choices: [{Variable: $.action, StringEquals: switch, Next: BeginRun}]
            Default: Quiet
          Quiet: {Type: Succeed}
          BeginRun:
            <<: *step
            Parameters: {FunctionName: "${BeginRunFunction}", Payload: *call}
            Next: Begun
          Begun:
            Type: Choice
            Choices:
              - {And: [{Variable: $.action, StringEquals: switch}, {Variable: $.plan.brightness, NumericGreaterThan: 0}], Next: Switch}
            Default: Quiet
          Switch:
            <<: *step
            Parameters: {FunctionName: "${SwitchFunction}", Payload: *call}
            Next: FinishRun
          FinishRun:
            <<: *step
            Parameters: {FunctionName: "${FinishRunFunction}", Payload: *call}
            Next: Done
          Done: {Type: Succeed}
          GiveUp: *give-up
          GivenUp: *given-up
          Failed: *failed
    """,  # noqa: E501 -- a machine
    "events/«name»/tick.json": '{"target": "dev", "cause": "tick"}\n',
    "docs/capabilities/«name».md": "# «Name»\n\nSwitches one thing on.\n",
    "toban/«name».py": '''
        """`toban «name»`: say whether it is on."""

        import typer

        from functions.«name».policy.decision import decide

        app = typer.Typer(no_args_is_help=True, help=__doc__)


        @app.command()
        def explain() -> None:
            """Say what it would do."""
            typer.echo(" because ".join(decide({})))
    ''',
}  # fmt: skip
