"""A real chromium, for what only a browser can tell."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
SLOW = 60_000  # ms


def figure_of(name: str) -> str:
    """JavaScript for the element of a figure."""
    return f"document.querySelector('.st-key-plot-{name} .live-plot-canvas')"


PLOT = figure_of("training-curves")

# Since the click on Start; 0 while only the race before it is drawn.
SINCE_CLICK = f"""before => {PLOT}._fullData.some(
    ({{x, _input: {{meta}}}}) => x?.length && meta?.run_id && !before.includes(meta.run_id)
) && performance.now() - window.clickedAt"""
NEXT_IMAGE = ".st-key-image-next button:visible"
MOMENT = 2_000  # ms for what else is on the page to come
CLICKED = "addEventListener('click', () => window.clickedAt = performance.now(), true)"


@contextmanager
def open_page(url: str, figure: str = PLOT) -> Iterator[Page]:
    """A page of a fresh chromium, its figure drawn; the browser ends with the block.

    Args:
        figure: JavaScript for its element.

    Raises:
        FileNotFoundError: no chromium is installed.
    """
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        raise FileNotFoundError(f"no chromium found; looked for {', '.join(CHROMIUM_NAMES)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(url)
        page.wait_for_function(f"{figure}?._fullData", timeout=SLOW)
        yield page
        browser.close()


def seconds_to_first_point(page: Page, preset: str) -> float:
    """From the click on Start to the first point of the new race in the training curves."""
    page.get_by_role("combobox", name="Preset").click()
    page.get_by_role("option", name=preset).click()
    page.wait_for_timeout(2_000)  # the form has its answer, nothing is under way
    before = page.evaluate(f"{PLOT}.data.map(trace => trace.meta?.run_id ?? '')")
    page.evaluate(CLICKED)
    page.get_by_role("button", name="Start", exact=True).click()
    since = page.wait_for_function(SINCE_CLICK, arg=before, polling="raf", timeout=SLOW)
    return since.json_value() / 1000


def next_image(page: Page, figure: str) -> float:
    """Milliseconds from the click for the next image until the figure's picture is another one.

    The page must have run CLICKED.
    """
    source = f"{figure}.layout.images[0].source"
    before = page.evaluate(source)
    page.locator(NEXT_IMAGE).first.click()
    changed = f"before => {source} !== before && performance.now() - window.clickedAt"
    since = page.wait_for_function(changed, arg=before, polling="raf", timeout=SLOW)
    page.wait_for_timeout(MOMENT)
    return since.json_value()
