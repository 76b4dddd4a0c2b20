"""PROBE_LENSES: what can be looked at block by block: a question, a scale, and how it is read."""

from dataclasses import dataclass

from dashboard.readings import Reading, average, ends, responses


@dataclass(frozen=True)
class ProbeLens:
    """One way to look at what was measured in every block.

    Attributes:
        question: above the figures.
        log: its numbers spread over powers of ten.
        hint: what to look for, on hover.
        reading: one sentence from the recordings, below the figures.
        ranked: it is also shown sorted by size.
    """

    question: str
    log: bool
    hint: str
    reading: Reading
    ranked: bool = False


PROBE_LENSES: dict[str, ProbeLens] = {
    "gradient-norm": ProbeLens(
        "Does the gradient reach the first blocks?",
        True,
        "If gradients vanished, the rows near the input would be far darker than those at the top.",
        ends("the gradient"),
    ),
    "gradient-norm-layers": ProbeLens(
        "Does the gradient reach the first layers?",
        True,
        "The same as by block, one row for each convolution.",
        ends("the gradient"),
    ),
    "update-ratio": ProbeLens(
        "How far does one step move each block?",
        True,
        "Blocks far below 0.001 hardly learn; blocks far above may lose what they had learned.",
        ends("the relative update"),
    ),
    "weight-norm": ProbeLens(
        "How large do the weights grow?",
        True,
        "Weight decay pulls the weights towards 0; the gradient holds against it.",
        ends("the length of the weights"),
    ),
    "activation-mean": ProbeLens(
        "How high is the signal in each block?",
        False,
        "A ReLU lets only numbers above 0 through, so most means are above 0.",
        average("mean of the activations"),
    ),
    "activation-std": ProbeLens(
        "Does the signal stay alive from block to block?",
        True,
        "A spread near 0: the block answers almost the same to every image.",
        ends("the spread of the signal"),
    ),
    "zeros": ProbeLens(
        "How much of the signal does the ReLU cut off?",
        False,
        "About half of the numbers are expected to be 0 when they are spread evenly around it.",
        average("share of zeros", "%", ".0f"),
    ),
    "dead-channels": ProbeLens(
        "Are there channels that no image wakes?",
        False,
        "A dead channel gets no gradient either: it can hardly come back.",
        average("share of dead channels", "%", ".1f"),
    ),
    "layer-response": ProbeLens(
        "How strongly does each layer change the signal?",
        True,
        "He et al. 2015 find smaller responses in residual nets than in plain ones.",
        responses,
        ranked=True,
    ),
    "branch-norm": ProbeLens(
        "How much do a block's layers add?",
        True,
        "F(x) is what the layers of a residual block add to what its shortcut carries.",
        ends("what the layers add"),
    ),
    "shortcut-norm": ProbeLens(
        "How much does the shortcut carry?",
        True,
        "x is what the shortcut carries past the layers of a residual block.",
        ends("what the shortcut carries"),
    ),
    "branch-ratio": ProbeLens(
        "Does a block rewrite its input or only retouch it?",
        True,
        "Far below 1: the block hands on almost what it was given.",
        average("length of F(x) as a share of that of x"),
    ),
    "gate": ProbeLens(
        "Does a highway block carry its input or transform it?",
        False,
        "0 % carries the input on, 100 % transforms all of it.",
        average("opening of the gate", "%", ".0f"),
    ),
}
