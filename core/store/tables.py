"""The tables as SQLAlchemy sees them. They are made by migrations.py; a test compares the two.

Times are seconds since 1970 (UTC), errors percent, losses nats, `spec` and `versions` JSON.
"""

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

experiments = Table(
    "experiments",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String),
    Column("question", Text),
    Column("spec", Text),  # core.spec.Experiment
    Column("source", String),  # dashboard | command line | import
    Column("note", Text),
    Column("created_at", Float),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("experiment_id", String),
    Column("position", Integer),  # order within the experiment
    Column("label", String),
    Column("family", String),
    Column("depth", Integer),
    Column("seed", Integer),
    Column("learning_rate", Float),
    Column("dataset", String),
    Column("spec", Text),  # core.spec.RunSpec
    Column("status", String),
    Column("requested", String),  # pause | stop, until the worker has done it
    Column("message", Text),  # what it is doing, or why it ended
    Column("worker_id", String),  # who trains it; writes by anybody else are refused
    Column("step", Integer),
    Column("steps", Integer),
    Column("epoch", Float),
    Column("epochs", Float),
    Column("parameters", Integer),
    Column("train_error", Float),
    Column("train_error_eval", Float),
    Column("test_error", Float),
    Column("seconds", Float),  # the run's own time, evaluation included
    Column("images_per_second", Float),
    Column("device", String),
    Column("device_name", String),
    Column("precision", String),
    Column("versions", Text),  # of an imported net also weights (its file), mean and std
    Column("created_at", Float),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("origin", String),  # the run at whose net it started; none if from new weights
    Column("begins", Integer),  # its first step: 0 but for a fork
)

curves = Table(
    "curves",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("split", String, primary_key=True),  # train | validation | test
    Column("step", Integer, primary_key=True),
    Column("epoch", Float),
    Column("loss", Float),
    Column("error", Float),
    Column("learning_rate", Float),
    Column("images_per_second", Float),
)

measures = Table(
    "measures",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("measure", String, primary_key=True),  # of core.measures.MEASURES
    Column("places", Text),  # JSON: addresses of what is measured, from input to output
    Column("fault", Text),  # why the probe gave up, empty if it did not
)

profiles = Table(
    "profiles",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("numbers", LargeBinary),  # float32, little-endian, one for each of the places
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("kind", String, primary_key=True),  # resume | weights | training: see save_checkpoint
    Column("step", Integer, primary_key=True),
    Column("file", String),  # below the store's folder of checkpoints
    Column("sha256", String),
    Column("bytes", Integer),
    Column("created_at", Float),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String, primary_key=True),
    Column("serves", String),  # devices it takes runs for, as " auto cpu "
    Column("host", String),
    Column("pid", Integer),
    Column("state", String),  # starting | ready
    Column("device", String),
    Column("device_name", String),
    Column("precision", String),  # what `auto` means on this device
    Column("devices", String),  # all devices of the machine, as " cpu cuda "
    Column("cores", Integer),  # for so many one-core nets at once; 1 on a GPU
    Column("memory_used", Float),  # bytes
    Column("memory_total", Float),
    Column("started_at", Float),
    Column("heartbeat", Float),
)

speeds = Table(
    "speeds",
    metadata,
    Column("device_name", String, primary_key=True),
    Column("precision", String, primary_key=True),
    Column("layers", Integer, primary_key=True),
    Column("multiply_adds", Integer, primary_key=True),  # per image, forward
    Column("batch_size", Integer, primary_key=True),
    Column("seconds_per_step", Float),
    Column("measured_at", Float),
)

events = Table(
    "events",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("kind", String, primary_key=True),  # of core.store.events.KINDS
    Column("at", Float, primary_key=True),
    Column("step", Integer),  # that the run had reached
)

findings = Table(
    "findings",
    metadata,
    Column("run_id", String, primary_key=True),  # here or in the gallery
    Column("step", Integer, primary_key=True),  # of the weights that were looked at
    Column("name", String, primary_key=True),  # of what was looked for: landscape
    Column("settings", Text, primary_key=True),  # JSON: all else that decides it
    Column("content", LargeBinary),  # arrays as NPZ
    Column("created_at", Float),
)
