"""Runs the account's alarms: on data and at the edges of periods, as long as something can still change.

An alarm whose inputs are steady has no timer; the next data point, or a change of the alarm, wakes it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import cloudwatch_backends

from twin.alarms.decision import ALARM, INSUFFICIENT, OK, Verdict, decide
from twin.alarms.messages import Change, event_detail, function_event, topic_message
from twin.alarms.metrics import MetricName, Metrics
from twin.alarms.rule import Rule, RuleError, parse_rule
from twin.alarms.watch import Watch, watch_of
from twin.api_faults import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.api_calls import ApiCalls, Call, CallContext
    from twin.bus import EventBus
    from twin.clock import Clock
    from twin.cloudformation.provider import Aws
    from twin.timers import Timer

ACTIONS = {ALARM: "AlarmActions", OK: "OKActions", INSUFFICIENT: "InsufficientDataActions"}


class Alarms:
    """Every alarm of the account; they start in INSUFFICIENT_DATA.

    Args:
        clock: Its time decides.
        api_calls: Tells of alarms and of metric data that are put.
        bus: Carries the state-change events and the actions.
        aws: The account.
        metrics: The data; the twin's own parts put theirs there.
    """

    def __init__(self, clock: Clock, api_calls: ApiCalls, bus: EventBus, aws: Aws, metrics: Metrics) -> None:
        self.clock, self.bus, self.aws, self.metrics = clock, bus, aws, metrics
        self.history: list[Change] = []
        self._watches: dict[str, Watch] = {}
        self._rules: dict[str, tuple[Rule, Mapping[str, Any]]] = {}
        self._readers: dict[MetricName, list[str]] = defaultdict(list)
        self._states: dict[str, Verdict] = {}
        self._timers: dict[str, Timer] = {}
        self._silenced: set[str] = set()
        metrics.on_data(self._on_data)
        api_calls.observe(self._on_call)
        api_calls.overlay("cloudwatch", "PutCompositeAlarm", self._put_composite)
        api_calls.overlay("cloudwatch", "DescribeAlarmHistory", self._describe_history)

    def state(self, name: str) -> str:
        """Returns the state of an alarm, by its name or ARN."""
        return self._states[name.rsplit(":", 1)[-1]].state

    def arn(self, name: str) -> str:
        """Returns the ARN of an alarm."""
        return f"arn:aws:cloudwatch:{self.aws.region}:{self.aws.account}:alarm:{name}"

    # What is put

    def _on_call(self, call: Call) -> None:
        if call.service != "cloudwatch" or not call.finished or call.error is not None:
            return
        params = call.params
        match call.operation:
            case "PutMetricAlarm":
                self._put(watch_of(params))
            case "DeleteAlarms":
                for name in params["AlarmNames"]:
                    self._forget(name)
            case "SetAlarmState":
                self._change(params["AlarmName"], Verdict(params["StateValue"], params["StateReason"]))
                self._wake(params["AlarmName"])
            case "PutMetricData":
                for item in params["MetricData"]:
                    self._take(params["Namespace"], item)
            case "DisableAlarmActions":
                self._silenced.update(params["AlarmNames"])
            case "EnableAlarmActions":
                self._silenced.difference_update(params["AlarmNames"])

    def _put(self, watch: Watch) -> None:
        before = self._states.get(watch.name, Verdict(INSUFFICIENT, "Unchecked: Initial alarm creation"))
        self._forget(watch.name)
        self._watches[watch.name] = watch
        self._remember(watch.name, before)
        for metric in sorted(watch.metrics, key=str):
            self._readers[metric].append(watch.name)
        self._wake(watch.name)

    def _put_composite(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        name = params["AlarmName"]
        try:
            rule = parse_rule(params["AlarmRule"])
        except RuleError as error:
            raise ApiError("ValidationError", str(error)) from error
        missing = sorted(a for a in rule.alarms if a.rsplit(":", 1)[-1] not in self._states)
        if missing:
            raise ApiError(
                "ValidationError", f"The alarm rule names alarms that do not exist: {', '.join(missing)}."
            )
        backend: Any = cloudwatch_backends[self.aws.account][self.aws.region]  # typed for metric alarms only
        lists = {key: params.get(key) or [] for key in ACTIONS.values()}
        backend.put_metric_alarm(
            name, None, None, None, None, None, None, None, params.get("AlarmDescription"), [], lists["AlarmActions"],
            ok_actions=lists["OKActions"], insufficient_data_actions=lists["InsufficientDataActions"],
            actions_enabled=params.get("ActionsEnabled", True), rule=params["AlarmRule"],
        )  # fmt: skip
        before = self._states.get(name, Verdict(INSUFFICIENT, "Unchecked: Initial alarm creation"))
        self._rules[name] = (rule, params)
        self._remember(name, before)
        self._compose(name)
        return {}

    def _forget(self, name: str) -> None:
        self._rules.pop(name, None)
        watch = self._watches.pop(name, None)
        for metric in watch.metrics if watch else ():
            self._readers[metric].remove(name)
        self._states.pop(name, None)
        timer = self._timers.pop(name, None)
        if timer:
            timer.cancel()

    def _take(self, namespace: str, item: Mapping[str, Any]) -> None:
        metric = MetricName.of(namespace, item["MetricName"], item.get("Dimensions") or ())
        at = item.get("Timestamp") or self.clock.now
        if not isinstance(at, datetime):
            at = datetime.fromtimestamp(float(at), tz=UTC)
        values = item.get("Values") or ([item["Value"]] if "Value" in item else [])
        counts = item.get("Counts") or [1] * len(values)
        for value, count in zip(values, counts, strict=True):
            self.metrics.put(
                metric, float(value), at if at.tzinfo else at.replace(tzinfo=UTC), count=int(count)
            )

    # Evaluation

    def _on_data(self, metric: MetricName, _at: datetime) -> None:
        for name in self._readers.get(metric, ()):
            watch = self._watches[name]
            if watch.may_cross_early and self._states[name].state != ALARM:
                verdict = decide(
                    watch.points(self.metrics, self._edge(watch))[0], watch.terms, self._states[name].state
                )
                if verdict.state == ALARM:
                    self._change(name, verdict)
            self._wake(name)

    def _edge(self, watch: Watch) -> int:
        """Returns the end of the running period, in seconds since the epoch."""
        return (int(self.clock.now.timestamp()) // watch.period_s + 1) * watch.period_s

    def _wake(self, name: str) -> None:
        """Sets the alarm's timer to the end of the running period, if it has none."""
        watch = self._watches.get(name)
        if watch is None or name in self._timers:
            return
        edge = datetime.fromtimestamp(self._edge(watch), tz=UTC)
        self._timers[name] = self.clock.call_at(edge, lambda: self._evaluate(name), name=f"alarm {name}")

    def _evaluate(self, name: str) -> None:
        self._timers.pop(name, None)
        watch = self._watches[name]
        points, steady = watch.points(self.metrics, int(self.clock.now.timestamp()))
        self._change(name, decide(points, watch.terms, self._states[name].state))
        if not steady:
            self._wake(name)

    def _compose(self, name: str) -> None:
        rule, params = self._rules[name]
        verdict = ALARM if rule.holds(self.state) else OK
        self._change(
            name, Verdict(verdict, f"The rule {params['AlarmRule']} is {str(verdict == ALARM).lower()}.")
        )

    # Consequences

    def _remember(self, name: str, verdict: Verdict) -> None:
        """Notes a state, here and where DescribeAlarms reads it."""
        self._states[name] = verdict
        alarm = cloudwatch_backends[self.aws.account][self.aws.region].alarms.get(name)
        if alarm is not None:
            alarm.update_state(verdict.reason, "{}", verdict.state)

    def _change(self, name: str, verdict: Verdict) -> None:
        before = self._states.get(name)
        if before is None or before.state == verdict.state:
            return
        self._remember(name, verdict)
        watch = self._watches.get(name)
        params = watch.params if watch else self._rules[name][1]
        change = Change(
            name,
            self.arn(name),
            params,
            before.state,
            before.reason,
            verdict.state,
            verdict.reason,
            self.clock.now,
        )
        self.history.append(change)
        self.bus.listener("alarm", name, f"{before.state} -> {verdict.state}", verdict.reason)
        self.bus.emit(
            "aws.cloudwatch", "CloudWatch Alarm State Change", event_detail(change), resources=[change.arn]
        )
        if params.get("ActionsEnabled", True) and name not in self._silenced:
            for action in params.get(ACTIONS[verdict.state]) or []:
                self._act(action, change)
        for parent, (rule, _) in list(self._rules.items()):
            if {name, change.arn} & rule.alarms:
                self._compose(parent)

    def _act(self, action: str, change: Change) -> None:
        where = {"account": self.aws.account, "region": self.aws.region}
        service = action.split(":")[2]
        if service == "sns":
            subject, text = topic_message(change, **where)
            work: Callable[[], Any] = lambda: self.aws.client("sns").publish(  # noqa: E731 - one of two calls
                TopicArn=action, Subject=subject, Message=text
            )
            self.clock.spawn(work, name=f"action of {change.name}")
        elif service == "lambda":
            self.bus.delivery.start({"Arn": action}, function_event(change, **where), cause=change.arn)
        else:
            self.bus.listener("alarm", change.name, f"action {action} is not emulated", "sns and lambda are")

    def _describe_history(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        wanted = params.get("AlarmName")
        items = [
            {
                "AlarmName": change.name,
                "AlarmType": "CompositeAlarm" if "AlarmRule" in change.params else "MetricAlarm",
                "Timestamp": change.at,
                "HistoryItemType": "StateUpdate",
                "HistorySummary": f"Alarm updated from {change.before} to {change.after}",
                "HistoryData": topic_message(change, account=self.aws.account, region=self.aws.region)[1],
            }
            for change in reversed(self.history)
            if wanted in (None, change.name)
        ]
        return {"AlarmHistoryItems": items[: int(params.get("MaxRecords") or 100)]}
