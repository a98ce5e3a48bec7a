"""The page of `mygenerator show --html` in a real browser: how it looks, by keyboard, and that it asks for nothing.

Needs Chromium with its driver, and selenium; for the rules of accessibility also axe-core from the npm registry, whose
`axe.min.js` AXE_CORE names, or which is in a folder `node_modules` above the working folder. Screenshots go to the
folder that MYGENERATOR_SCREENSHOTS names, if any.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from mygenerator import PatternNlpDataset, TextToImage
from mygenerator.cli.cli_show import COMMAND as SHOW
from mygenerator.cli.common import main

selenium = pytest.importorskip("selenium", reason='selenium is not installed: pip install ".[deep]"')
BROWSER, DRIVER = (
    next(filter(None, map(shutil.which, names)), None)
    for names in (("chromium", "chromium-browser", "google-chrome"), ("chromedriver", "chromium.chromedriver"))
)

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(BROWSER is None or DRIVER is None, reason="chromium and chromedriver are not installed"),
]

_AXE = Path("node_modules", "axe-core", "axe.min.js")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture
def browser(tmp_path):
    """A browser with a profile of its own, which notes its console and every request."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*QUIET, "--window-size=1280,900", f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="module", params=[100, 10_000, 1_000_000])
def page(request, tmp_path_factory):
    """The page of a folder of so many images, whose folder is removed again."""
    place = tmp_path_factory.mktemp("page")
    folder, count = place / "codes", request.param
    texts = PatternNlpDataset("[0-9]{2,6}", size=count, seed=5)
    width, height = (160, 28) if count < 10**6 else (100, 14)
    large = count >= 10**6
    steps = TextToImage("optdigits", (2, 6), width, image_height=height)
    # A million files of their own would need an inode and a page of memory each.
    steps.fit_transform(texts).save(folder, format="webdataset" if large else "png")
    target = place / "codes.html"
    begun = time.monotonic()
    assert main(SHOW, [str(folder), "--html", str(target)]) == 0
    took = time.monotonic() - begun
    shutil.rmtree(folder)
    assert took < 60
    return target


def opened(browser, page, scheme="light"):
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.get(page.as_uri())


def errors(browser):
    return [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def requests(browser, page):
    """The addresses that the page asked for, itself included; the browser's own first tab has others."""
    entries = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [entry["params"] for entry in entries if entry["method"] == "Network.requestWillBeSent"]
    return [
        each["request"]["url"]
        for each in sent
        if each["documentURL"] == page.as_uri() and not each["request"]["url"].startswith("data:")
    ]


def test_the_page_asks_for_nothing_and_the_console_stays_empty(browser, page):
    assert page.stat().st_size < 5_000_000
    opened(browser, page)
    browser.execute_script("document.querySelector('#zoom').value = 3")
    assert requests(browser, page) == [page.as_uri()]
    assert errors(browser) == []
    images = "return [...document.images].every(image => image.complete && image.naturalWidth > 0)"
    browser.execute_script("for (const image of document.images) image.loading = 'eager'")
    assert browser.execute_async_script(
        "const done = arguments[0]; Promise.all([...document.images].map(image => image.decode())).then(() => done(1))"
    )
    assert browser.execute_script(images)
    wide = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert browser.execute_script(wide)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_schemes_have_their_own_colours_and_the_switch_wins(browser, page, scheme):
    opened(browser, page, scheme)
    back = "return getComputedStyle(document.body).backgroundColor"
    light, dark = "rgb(245, 246, 248)", "rgb(20, 23, 28)"
    assert browser.execute_script(back) == (light if scheme == "light" else dark)
    keep_screenshots(browser, page, scheme)
    other = "dark" if scheme == "light" else "light"
    browser.execute_script(f"document.querySelector('input[name=theme][value={other}]').click()")
    assert browser.execute_script(back) == (light if other == "light" else dark)


def keep_screenshots(browser, page, scheme):
    where = os.environ.get("MYGENERATOR_SCREENSHOTS")
    if not where:
        return
    stem = Path(where) / f"{page.parent.name}_{scheme}"
    browser.save_screenshot(f"{stem}_top.png")
    browser.execute_script(
        "document.querySelector('.sample').focus(); document.querySelector('.filters').scrollIntoView()"
    )
    browser.save_screenshot(f"{stem}_samples.png")
    browser.execute_script("document.querySelector('.sample').click()")
    browser.save_screenshot(f"{stem}_large.png")
    browser.execute_script("document.querySelector('#close').click(); scrollTo(0, document.body.scrollHeight)")
    browser.save_screenshot(f"{stem}_end.png")


def test_a_hundred_keys_reach_everything_and_break_nothing(browser, page):
    from selenium.webdriver import ActionChains, Keys

    opened(browser, page)
    focused = (
        "const at = document.activeElement; return `${at.tagName} ${at.id} ${at.className.baseVal ?? at.className}`"
    )
    seen = []

    def press(key):
        ActionChains(browser).send_keys(key).perform()
        seen.append(browser.execute_script(focused))

    while not seen or "sample" not in seen[-1].split():
        press(Keys.TAB)
        assert len(seen) < 60
    for needed in ("skip", "by-label", "by-length", "gap-from", "gap-to", "zoom", "always", "svg"):
        assert any(needed in each.split() for each in seen), (needed, seen)
    for key in (Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_LEFT, Keys.ARROW_UP, Keys.END, Keys.HOME):
        press(key)
        assert "sample" in seen[-1].split()
        shown = "return getComputedStyle(document.activeElement.querySelector('.picture svg')).opacity"
        time.sleep(0.2)
        assert browser.execute_script(shown) == "1"
    press(Keys.ENTER)
    assert browser.execute_script("return document.querySelector('dialog').open")
    title = "return document.querySelector('#large-title').textContent"
    first = browser.execute_script(title)
    press(Keys.ARROW_RIGHT)
    assert browser.execute_script(title) != first
    press(Keys.ESCAPE)
    assert not browser.execute_script("return document.querySelector('dialog').open")
    assert "sample" in seen[-1].split()
    keys = (Keys.TAB, Keys.ARROW_RIGHT, Keys.ENTER, Keys.ARROW_DOWN, Keys.ESCAPE, Keys.TAB, Keys.END)
    while len(seen) < 100:
        press(keys[len(seen) % len(keys)])
    assert errors(browser) == []


def test_filters_leave_what_fits(browser, page):
    opened(browser, page)
    labels = """return [...document.querySelectorAll('.samples li')].filter(item => !item.hidden)
        .map(item => item.querySelector('.label').textContent)"""
    everything = browser.execute_script(labels)
    browser.find_element("id", "by-label").send_keys("7")
    assert browser.execute_script(labels) == [label for label in everything if "7" in label]
    assert "shown here" in browser.find_element("id", "found").text
    length = min(len(label) for label in everything if "7" in label)
    browser.find_element("id", "by-length").send_keys(str(length))
    assert browser.execute_script(labels) == [label for label in everything if "7" in label and len(label) == length]
    browser.find_element("id", "gap-from").send_keys("50")
    assert browser.execute_script(labels) == []
    assert browser.find_element("id", "none").is_displayed()


def test_nothing_serious_is_found_by_the_rules_of_accessibility(browser, page):
    axe = os.environ.get("AXE_CORE") or next(
        (str(file) for above in (Path.cwd(), *Path.cwd().parents) if (file := above / _AXE).is_file()), None
    )
    if axe is None:
        pytest.skip("axe-core is not installed: npm install axe-core, or name its axe.min.js in AXE_CORE")
    for scheme in ("light", "dark"):
        opened(browser, page, scheme)
        browser.execute_script(Path(axe).read_text(encoding="utf-8"))
        for prepare in ("", "document.querySelector('#always').click(); document.querySelector('.sample').click()"):
            browser.execute_script(prepare)
            found = browser.execute_async_script("const done = arguments[0]; axe.run().then(done)")
            grave = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
            assert grave == [], json.dumps([(each["id"], each["nodes"][0]["html"][:300]) for each in grave], indent=1)
            assert len(found["passes"]) > 10


def test_labels_that_are_markup_are_shown_as_text_and_run_nothing(browser, tmp_path):
    import csv

    import numpy as np
    from PIL import Image

    labels = [
        "</script><script>document.title='broken'</script>",
        "<img src=x onerror=document.title='broken'>",
        "{{script}}",
        "\x1b[31m\u202e",
        "<!--<script>",
        "&lt;b&gt;",
    ]
    folder = tmp_path / "theirs"
    folder.mkdir()
    with open(folder / "meta.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file_name", "label"])
        for number, label in enumerate(labels):
            Image.fromarray(np.full((20, 40), 255, np.uint8)).save(folder / f"img_{number}.png")
            writer.writerow([f"img_{number}.png", label])
    target = tmp_path / "theirs.html"
    assert main(SHOW, [str(folder), "--html", str(target)]) == 0
    opened(browser, target)
    assert browser.title == "theirs - mygenerator"
    shown = [each.get_attribute("textContent") for each in browser.find_elements("class name", "label")]
    assert shown == [*labels[:3], r"\u001b[31m\u202e", *labels[4:]]
    assert requests(browser, target) == [target.as_uri()]
    assert errors(browser) == []
