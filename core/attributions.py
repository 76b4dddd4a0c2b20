"""The ways of asking where a net looks, in words: what each tells and what not. Knows no torch."""

from dataclasses import dataclass

NO_CHECK = (
    "It fails the randomisation check of Adebayo et al. 2018 (arXiv:1810.03292): its picture"
    " hardly changes when the net's weights are replaced by random ones."
)


@dataclass(frozen=True)
class Attribution:
    """A method, for the page and the command line.

    Attributes:
        tells: one sentence; so is `tells_not`.
        needs_block: it asks a block; the others ask the whole net.
        guided: it lets only positive gradients through each ReLU; `warning` says what follows.
    """

    title: str
    tells: str
    tells_not: str
    paper: str
    needs_block: bool = False
    guided: bool = False

    @property
    def warning(self) -> str:
        """A sentence for guided methods, nothing for others."""
        return NO_CHECK if self.guided else ""


SMOOTHGRAD = Attribution(
    title="SmoothGrad",
    tells="It averages the maps of several noisy copies of the image: what stays does not hang on"
    " single pixels.",
    tells_not="A smoother map is easier to read; it is not a truer one.",
    paper="Smilkov et al. 2017, arXiv:1706.03825",
)

ATTRIBUTIONS: dict[str, Attribution] = {
    "grad-cam": Attribution(
        title="Grad-CAM",
        tells="It shows which regions of a block's feature maps raise the score of the class and"
        " which lower it.",
        tells_not="It is as coarse as the block's own grid, and says nothing of single pixels or"
        " of what later blocks do with a region.",
        paper="Selvaraju et al. 2017, arXiv:1610.02391",
        needs_block=True,
    ),
    "guided-grad-cam": Attribution(
        title="Guided Grad-CAM",
        tells="It shows edges and textures inside the regions that Grad-CAM finds to raise the"
        " class.",
        tells_not="The fine lines come from the image more than from what the net has learned, so"
        " they do not explain its choice.",
        paper="Selvaraju et al. 2017, arXiv:1610.02391",
        needs_block=True,
        guided=True,
    ),
    "saliency": Attribution(
        title="Saliency",
        tells="It shows how the score of the class would move if a pixel became slightly brighter:"
        " up (positive) or down (negative).",
        tells_not="It holds for tiny changes only, and does not say how much a pixel adds to the"
        " score as it is.",
        paper="Simonyan et al. 2013, arXiv:1312.6034",
    ),
    "integrated-gradients": Attribution(
        title="Integrated gradients",
        tells="It shares out, pixel by pixel, the difference between the score of this image and"
        " that of a flat image of the average colour.",
        tells_not="It depends on that flat image: pixels of the average colour get nothing, even"
        " where they matter.",
        paper="Sundararajan et al. 2017, arXiv:1703.01365",
    ),
    "guided-backprop": Attribution(
        title="Guided backpropagation",
        tells="It shows fine patterns of the image that excite units on the way to the class.",
        tells_not="It looks much the same for every class, so it does not say why the net chose"
        " this one.",
        paper="Springenberg et al. 2014, arXiv:1412.6806",
        guided=True,
    ),
    "occlusion": Attribution(
        title="Occlusion",
        tells="It covers one small window after another with the average colour, and shows how"
        " much the score of the class falls (positive) or rises (negative).",
        tells_not="It covers one window at a time, so it misses what stands in two places, and a"
        " covered image is one the net has never seen.",
        paper="Zeiler and Fergus 2013, arXiv:1311.2901",
    ),
}
