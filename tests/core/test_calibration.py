from core.calibration import NETS, calibrate
from core.cost import estimate_seconds
from core.data.catalogue import describe_dataset
from core.store.reads import read_speeds
from tests.racing import cpu, tiny


def test_a_device_without_speeds_is_timed_once(store):
    machine = cpu()
    calibrate(store, machine)
    speeds = read_speeds(store, machine.name, machine.precision)
    assert sorted(speeds["layers"]) == sorted(depth for depth, _, _ in NETS)
    assert (speeds["seconds_per_step"] > 0).all()
    calibrate(store, machine)
    assert read_speeds(store, machine.name, machine.precision).equals(speeds)
    deep = tiny(depths=(56,), batch_size=128)
    info = describe_dataset(deep.dataset)
    shallow = tiny(batch_size=128).specs()
    estimates = [estimate_seconds(specs, info, speeds) for specs in (shallow, deep.specs())]
    assert 0 < estimates[0] < estimates[1]
