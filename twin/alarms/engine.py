"""Runs the account's alarms: on data and at the edges of periods, as long as something can still change.

An alarm whose inputs are steady has no timer; the next data point, or a change of the alarm, wakes it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from twin.alarms.actions import Actions
from twin.alarms.decision import ALARM, INSUFFICIENT, OK, AlarmState
from twin.alarms.descriptions import history_items, show_composite, show_state
from twin.alarms.messages import StateChange
from twin.alarms.metric_alarm import MetricAlarm, read_metric_alarm
from twin.alarms.refusals import refuse_alarm, refused_composite
from twin.alarms.rule import Rule, depends_on, parse_rule
from twin.api_faults import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.alarms.metrics import MetricName, Metrics
    from twin.api_calls import ApiCalls
    from twin.api_records import Call, CallContext
    from twin.bus import EventBus
    from twin.clock import Clock
    from twin.cloudformation.provider import Aws
    from twin.timers import Timer

NEW = AlarmState(INSUFFICIENT, "Unchecked: Initial alarm creation")


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
        self.clock, self.aws, self.metrics = clock, aws, metrics
        self.history: list[StateChange] = []
        self._actions = Actions(clock, bus, aws)
        self._alarms: dict[str, MetricAlarm] = {}
        self._rules: dict[str, tuple[Rule, Mapping[str, Any]]] = {}
        self._readers: dict[MetricName, list[str]] = defaultdict(list)
        self._states: dict[str, AlarmState] = {}
        self._timers: dict[str, tuple[int, Timer]] = {}
        metrics.on_data(self._on_data)
        api_calls.observe(self._on_call)
        api_calls.guard("cloudwatch", "PutMetricAlarm", refuse_alarm)
        api_calls.overlay("cloudwatch", "PutCompositeAlarm", self._put_composite)
        api_calls.overlay("cloudwatch", "DescribeAlarmHistory", self._describe_history)

    def state(self, name: str) -> str:
        """Returns the state of an alarm, by its name or ARN."""
        return self._states[name.rsplit(":", 1)[-1]].value

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
                self._put(read_metric_alarm(params))
            case "DeleteAlarms":
                for name in params["AlarmNames"]:
                    self._forget(name)
            case "SetAlarmState":
                self._change(params["AlarmName"], AlarmState(params["StateValue"], params["StateReason"]))
                self._wake(params["AlarmName"])
            case "PutMetricData":
                for item in params["MetricData"]:
                    self.metrics.put_item(params["Namespace"], item, self.clock.now)
            case "DisableAlarmActions":
                self._actions.disable(params["AlarmNames"])
            case "EnableAlarmActions":
                self._actions.enable(params["AlarmNames"])

    def _put(self, alarm: MetricAlarm) -> None:
        before = self._states.get(alarm.name, NEW)
        self._forget(alarm.name)
        self._alarms[alarm.name] = alarm
        self._remember(alarm.name, before)
        for metric in sorted(alarm.metrics, key=str):
            self._readers[metric].append(alarm.name)
        self._wake(alarm.name)

    def _put_composite(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        name = params["AlarmName"]
        for _, text in refused_composite(params):
            raise ApiError("ValidationError", text)
        rule = parse_rule(params["AlarmRule"])
        if depends_on(rule, name, {each: known for each, (known, _) in self._rules.items()}):
            raise ApiError("ValidationError", f"The alarm rule of {name} depends on {name} itself.")
        missing = sorted(alarm for alarm in rule.alarms if alarm.rsplit(":", 1)[-1] not in self._states)
        if missing:
            text = f"The alarm rule names alarms that do not exist: {', '.join(missing)}."
            raise ApiError("ValidationError", text)
        show_composite(params, self.aws)
        before = self._states.get(name, NEW)
        self._rules[name] = (rule, params)
        self._remember(name, before)
        self._compose(name)
        return {}

    def _forget(self, name: str) -> None:
        self._rules.pop(name, None)
        alarm = self._alarms.pop(name, None)
        for metric in alarm.metrics if alarm else ():
            self._readers[metric].remove(name)
        self._states.pop(name, None)
        timer = self._timers.pop(name, None)
        if timer:
            timer[1].cancel()

    def _on_data(self, metric: MetricName, _at: datetime) -> None:
        for name in self._readers.get(metric, ()):
            alarm = self._alarms[name]
            if alarm.may_cross_early and self._states[name].value != ALARM:
                state = alarm.decide(self.metrics, self._edge(alarm), self._states[name].value)
                if state.value == ALARM:
                    self._change(name, state)
            self._wake(name)

    def _edge(self, alarm: MetricAlarm) -> int:
        """Returns when the alarm is evaluated next, in seconds since the epoch."""
        return (int(self.clock.now.timestamp()) // alarm.step_s + 1) * alarm.step_s

    def _wake(self, name: str) -> None:
        """Has the alarm evaluated at the end of the running minute, or of the running ten seconds."""
        alarm = self._alarms.get(name)
        if alarm is not None:
            self._set_timer(name, self._edge(alarm))

    def _set_timer(self, name: str, at: int) -> None:
        """Sets the alarm's timer, if it has no earlier one."""
        there = self._timers.get(name)
        if there is not None and there[0] <= at:
            return
        if there is not None:
            there[1].cancel()
        moment = datetime.fromtimestamp(at, tz=UTC)
        self._timers[name] = (
            at,
            self.clock.call_at(moment, lambda: self._evaluate(name), name=f"alarm {name}"),
        )

    def _evaluate(self, name: str) -> None:
        self._timers.pop(name, None)
        alarm, now = self._alarms[name], int(self.clock.now.timestamp())
        if alarm.is_settled(self.metrics, now, self._states[name].value):
            return
        self._change(name, alarm.decide(self.metrics, now, self._states[name].value))
        following = alarm.next_change(self.metrics, now)
        if following is not None:
            self._set_timer(name, following)

    def _compose(self, name: str) -> None:
        rule, params = self._rules[name]
        holds = rule.holds(self.state)
        reason = f"The rule {params['AlarmRule']} is {str(holds).lower()}."
        self._change(name, AlarmState(ALARM if holds else OK, reason))

    def _remember(self, name: str, state: AlarmState) -> None:
        self._states[name] = state
        show_state(name, state, self.aws)

    def _change(self, name: str, state: AlarmState) -> None:
        before = self._states.get(name)
        if before is None or before.value == state.value:
            return
        self._remember(name, state)
        alarm = self._alarms.get(name)
        params = alarm.params if alarm else self._rules[name][1]
        arn, now = self.arn(name), self.clock.now
        change = StateChange(name, arn, params, before.value, before.reason, state.value, state.reason, now)
        self.history.append(change)
        suppressor = str(params.get("ActionsSuppressor") or "").rsplit(":", 1)[-1]
        suppressed = self._states.get(suppressor, NEW).value == ALARM
        self._actions.carry_out(change, suppressed=suppressed)
        for parent, (rule, _) in list(self._rules.items()):
            if {name, change.arn} & rule.alarms:
                self._compose(parent)

    def _describe_history(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        return {"AlarmHistoryItems": history_items(self.history, params, self.aws)}
