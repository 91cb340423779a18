"""What people and the world do to a land: each act, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.core import names
from functions.core.cluster import Bounds
from tests.fuzz.land import LandPod

if TYPE_CHECKING:
    from tests.fakes.world import World
    from tests.fuzz.playing import Played
    from tests.fuzz.story import Event

BUDGET = "Cannot evict pod as it would violate the pod's disruption budget."
TWO_BUDGETS = "This pod has more than one PodDisruptionBudget."
WEBHOOK = "admission webhook denied the request"
REFUSALS = {"budget": BUDGET, "two_budgets": TWO_BUDGETS, "webhook": WEBHOOK}


def _touch(played: Played, key: str, value: Any = None) -> None:
    played.touched.setdefault(key, []).append(value)


def act(played: Played, world: World, event: Event) -> None:  # noqa: C901, PLR0912, PLR0915 - a list of acts
    """Lets somebody act."""
    land = played.land
    groups = [name for name, group in land.groups.items() if not group.protected]
    apps = [key for key, app in land.apps.items() if app.opted_in and not app.protected]
    name = groups[event.which % len(groups)] if groups else ""
    key = apps[event.which % len(apps)] if apps else ""
    match event.what:
        case "resize" if name:
            group = land.groups[name]
            desired = min(event.amount, group.size.max)
            if group.until is None:
                group.size = group.size._replace(min=min(group.size.min, desired), desired=desired)
                group.by_toban = False
                _touch(played, name, desired)
        case "scale" if key:
            app = land.apps[key]
            if app.scaled:
                # Whoever wants another number than KEDA's pauses it there.
                app.scaled = app.scaled._replace(paused=event.amount)
            app.replicas = event.amount
            if app.bounds:
                low = max(1, event.amount)
                app.bounds = Bounds(app.bounds.name, min(low, app.bounds.max), app.bounds.max)
            _touch(played, key, event.amount)
        case "opt_out" if key:
            land.apps[key].opted_in = False
        case "cordon" if land.nodes:
            node = sorted(land.nodes)[event.which % len(land.nodes)]
            if not land.nodes[node].cordoned:
                land.nodes[node].cordoned = "person"
                _touch(played, land.nodes[node].group)
                _touch(played, "cordon")
        case "hold_awake" | "hold_asleep":
            played.holds += 1
            values = {
                "kind": "keep_awake" if event.what == "hold_awake" else "sleep_now",
                "owner": "aoi",
                "reason": "x",
                "begins": land.now.isoformat(),
                "expires": (land.now + timedelta(minutes=max(30, event.minutes))).isoformat(),
                "mode": None if event.what == "hold_awake" else ("night", "stop")[event.which % 2],
                "target": None,
            }
            world.table.place_hold("dev", f"aoi-{played.holds}", values, now=land.now)
        case "pause":
            world.table.put_note("dev", names.PAUSE_NOTE, {"by": "aoi", "reason": "x"})
            land.paused_since = land.now
        case "ill" if key:
            land.apps[key].ill = True
        case "budget" | "two_budgets" | "webhook":
            other = land.apps["Deployment app/other"]
            other.refuses = REFUSALS[event.what]
        case "bare_pod":
            open_nodes = [node for node in sorted(land.nodes) if not land.nodes[node].cordoned]
            if open_nodes:
                node = open_nodes[event.which % len(open_nodes)]
                land.pods[f"by-hand-{event.minute}"] = LandPod(
                    f"by-hand-{event.minute}", "", node, ready_at=land.now
                )
        case "start_db":
            for db in land.dbs.values():
                if db.status == "stopped":
                    db.status, db.until = "starting", land.now + timedelta(minutes=4)
        case "no_scaling" if key:
            land.apps[key].refuses = "scaling"
        case "release" if key:
            land.apps[key].releasing = True
        case "delete_app" if len(apps) > 1:
            del land.apps[key]
            for pod in [pod for pod in land.pods.values() if pod.app == key]:
                del land.pods[pod.name]
        case "update_group" if name:
            if land.groups[name].until is None:
                land.groups[name].until = land.now + timedelta(minutes=event.minutes)
        case "barren" if name:
            land.groups[name].barren = True
        case "db_refuses":
            for db in land.dbs.values():
                db.refused = True


def undo(played: Played, world: World, event: Event) -> None:  # noqa: C901, PLR0912 - a list of acts
    """Lets it end; what a person has set stays."""
    land = played.land
    match event.what:
        case "pause":
            world.table.put_note("dev", names.PAUSE_NOTE, {})
            land.paused_since = None
        case "ill":
            for app in land.apps.values():
                app.ill = False
        case "budget" | "two_budgets" | "webhook":
            land.apps["Deployment app/other"].refuses = ""
        case "no_scaling":
            for app in land.apps.values():
                app.refuses = app.refuses if app.refuses != "scaling" else ""
        case "release":
            for app in land.apps.values():
                app.releasing = False
        case "barren":
            for group in land.groups.values():
                group.barren = False
        case "db_refuses":
            for db in land.dbs.values():
                db.refused = False
        case "cordon":
            for node in land.nodes.values():
                if node.cordoned == "person":
                    node.cordoned = ""
