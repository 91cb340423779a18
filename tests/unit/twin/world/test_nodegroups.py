"""Node groups take sizes from EKS's API at once and reach them in their own time."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.unit.twin.world.conftest import ZONES, Yard


def instance_of(yard: Yard) -> str:
    return yard.group.alive()[0].id


def test_a_group_begins_with_its_nodes_spread_over_the_zones(yard: Yard) -> None:
    assert yard.ready() == 3
    assert {instance.machine.zone for instance in yard.group.alive()} == set(ZONES)


def test_more_nodes_are_ready_after_minutes_and_not_at_once(yard: Yard) -> None:
    yard.resize(2, 5, 6)
    assert yard.sizes() == (2, 5, 6)
    yard.run(seconds=60)
    assert yard.ready() == 3
    yard.run(minutes=9)
    assert yard.ready() == 5


def test_a_group_that_is_being_updated_takes_no_second_update(yard: Yard) -> None:
    yard.resize(2, 4, 6)
    with pytest.raises(ClientError, match="ResourceInUseException"):
        yard.resize(2, 5, 6)
    yard.run(minutes=2)
    yard.resize(2, 5, 6)


@pytest.mark.parametrize("sizes", [(3, 2, 6), (2, 7, 6)])
def test_sizes_that_eks_refuses_change_nothing(yard: Yard, sizes: tuple[int, int, int]) -> None:
    with pytest.raises(ClientError, match="InvalidParameterException"):
        yard.resize(*sizes)
    assert yard.sizes() == (2, 3, 6)


def test_a_chosen_instance_ends_and_the_group_asks_for_one_fewer(yard: Yard) -> None:
    chosen = instance_of(yard)
    node = yard.group.instances[chosen].node
    yard.autoscaling.terminate_instance_in_auto_scaling_group(
        InstanceId=chosen, ShouldDecrementDesiredCapacity=True
    )
    assert yard.sizes() == (2, 2, 6)
    assert yard.ready() == 2
    yard.run(minutes=5)
    assert node not in [entry["metadata"]["name"] for entry in yard.group.cluster.nodes()]


def test_a_chosen_instance_may_not_take_the_group_below_its_min(yard: Yard) -> None:
    for _ in range(2):
        chosen = instance_of(yard)
        call = yard.autoscaling.terminate_instance_in_auto_scaling_group
        if yard.sizes()[1] > 2:
            call(InstanceId=chosen, ShouldDecrementDesiredCapacity=True)
        else:
            with pytest.raises(ClientError, match="min size constraint"):
                call(InstanceId=chosen, ShouldDecrementDesiredCapacity=True)
    assert yard.sizes() == (2, 2, 6)


def test_an_instance_that_ends_without_a_decrement_is_replaced(yard: Yard) -> None:
    yard.autoscaling.terminate_instance_in_auto_scaling_group(
        InstanceId=instance_of(yard), ShouldDecrementDesiredCapacity=False
    )
    assert yard.ready() == 2
    yard.run(minutes=8)
    assert yard.ready() == 3


def test_an_instance_that_is_on_its_way_out_is_not_found_again(yard: Yard) -> None:
    chosen = instance_of(yard)
    call = yard.autoscaling.terminate_instance_in_auto_scaling_group
    call(InstanceId=chosen, ShouldDecrementDesiredCapacity=False)
    with pytest.raises(ClientError, match="No managed instance found"):
        call(InstanceId=chosen, ShouldDecrementDesiredCapacity=False)


def test_without_capacity_launches_wait_and_say_so_once(yard: Yard) -> None:
    yard.group.give_capacity(there=False)
    yard.resize(2, 5, 6)
    yard.run(minutes=30)
    assert yard.ready() == 3
    assert sum("launch of 2 failed" in entry[2] for entry in yard.log) == 1
    yard.group.give_capacity(there=True)
    yard.run(minutes=8)
    assert yard.ready() == 5


def test_fewer_nodes_by_hand_are_closed_first_and_ended_after_ekss_patience(yard: Yard) -> None:
    yard.resize(1, 1, 6)
    yard.run(minutes=5)
    cordoned = [node for node in yard.group.cluster.nodes() if node["spec"].get("unschedulable")]
    assert len(cordoned) == 2
    yard.run(minutes=20)
    assert len(yard.group.cluster.nodes()) == 1


def test_unknown_names_are_answered_as_eks_answers_them(yard: Yard) -> None:
    with pytest.raises(ClientError, match="No node group found for name: other"):
        yard.eks.describe_nodegroup(clusterName="c", nodegroupName="other")
    with pytest.raises(ClientError, match="No cluster found for name: d"):
        yard.eks.describe_cluster(name="d")
    assert yard.eks.list_nodegroups(clusterName="c")["nodegroups"] == ["primary"]
