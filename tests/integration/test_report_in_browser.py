"""The report's page in a real browser, from disk, as a person opens it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voiceover import report_page
from voiceover.cli import main
from voiceover.excerpts import Excerpts
from voiceover.loudness import Target
from voiceover.mixdown import RATE, Clip, Span
from voiceover.report import LineReport, Measured, Report, add_up

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)> '\"it\" & <b>😀"
SRT = """1
00:00:00,500 --> 00:00:02,500
Anna: One two three

2
00:00:03,000 --> 00:00:03,600
Björn: Salt and pepper and far more than fits

3
00:00:05,000 --> 00:00:08,500
Anna: The third line

4
00:00:09,500 --> 00:00:11,500
Björn: The last words
"""

chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
chromedriver = shutil.which("chromedriver")
webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: pip install '.[test]'")
pytestmark = pytest.mark.skipif(
    not (chromium and chromedriver), reason="no browser: apt-get install chromium chromium-driver"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    driver.set_window_size(1280, 1000)
    yield driver
    driver.quit()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "film.srt").write_text(SRT, "utf-8")
    return tmp_path


def narrate(folder: Path, *options: str) -> Path:
    page = folder / "report.html"
    arguments = ["narrate", folder / "film.srt", "-o", folder / "out.wav", "--voice", "beep:", "--report", page]
    assert main.run([*map(str, arguments), "--progress", "none", *options]) == 0
    return page


def show(browser: Any, page: Path) -> None:
    browser.get(page.as_uri())
    assert [entry for entry in browser.get_log("browser") if "favicon" not in entry["message"]] == []


def wait_until(browser: Any, script: str, seconds: float = 10.0) -> Any:
    end = time.monotonic() + seconds
    while not (value := browser.execute_script(f"return {script}")):
        assert time.monotonic() < end, script
        time.sleep(0.02)
    return value


def find(browser: Any, query: str) -> Any:
    return browser.find_element("css selector", query)


def visible(browser: Any) -> list[str]:
    return browser.execute_script(
        "return [...document.querySelectorAll('#lines tbody tr:not([hidden])')].map(r => r.id)"
    )


def test_a_line_is_played_from_its_row_as_long_as_it_sounds(browser: Any, folder: Path) -> None:
    show(browser, narrate(folder))
    find(browser, "#line-4 .play").click()
    assert wait_until(browser, "document.querySelector('audio').currentTime > 0.2")
    said = 16 * 0.05  # seconds of the beep voice's "The last words", speaker and all
    duration = browser.execute_script("return document.querySelector('audio').duration")
    assert 14 * 0.05 - 0.05 < duration < said + 0.25
    assert find(browser, "#line-4 .play").get_attribute("class") == "play playing"
    assert wait_until(browser, "document.querySelector('audio').ended")
    assert find(browser, "#line-4 .play").get_attribute("class") == "play"
    assert browser.get_log("browser") == []


def test_stems_are_played_from_their_folder(browser: Any, folder: Path) -> None:
    show(browser, narrate(folder, "--stems", str(folder / "sté ms & more")))
    find(browser, "#line-1 .play").click()
    assert wait_until(browser, "document.querySelector('audio').currentTime > 0.1")
    assert browser.execute_script("return document.querySelector('audio').src").endswith("0001.wav")


def test_a_click_on_a_bar_plays_its_line_and_goes_to_its_row(browser: Any, folder: Path) -> None:
    show(browser, narrate(folder))
    x = browser.execute_script(
        "const film = document.querySelector('#film'), data = JSON.parse(document.querySelector('#data').textContent);"
        "film.scrollIntoView({block: 'center'});"
        "const [start, end] = data.lines[3].clip; return (start + end) / 2 / data.seconds * film.clientWidth"
    )
    film = find(browser, "#film")
    lane = 24 + 44 * 1 + 17 + 11  # the ruler, one lane, the second lane's middle
    actions = webdriver.ActionChains(browser)
    size = film.size
    actions.move_to_element_with_offset(film, round(x - size["width"] / 2), round(lane - size["height"] / 2))
    actions.perform()
    assert wait_until(browser, "!document.querySelector('#hint').hidden")
    assert "The last words" in find(browser, "#hint").text
    actions.click().perform()
    assert wait_until(browser, "document.querySelector('tr.chosen')?.id") == "line-4"
    assert wait_until(browser, "document.querySelector('audio').currentTime > 0.1")
    box = browser.execute_script("return document.querySelector('#line-4').getBoundingClientRect().bottom")
    assert box <= browser.execute_script("return innerHeight")


def test_the_timeline_is_used_with_keys_alone(browser: Any, folder: Path) -> None:
    show(browser, narrate(folder))
    film = find(browser, "#film")
    film.send_keys("\ue014\ue014")  # right, right
    assert wait_until(browser, "document.querySelector('tr.chosen')?.id") == "line-2"
    film.send_keys("\ue007")  # Enter
    assert wait_until(browser, "document.querySelector('audio').currentTime > 0.05")
    assert find(browser, "#player .go").text == "line 2"


def test_lines_are_found_by_words_flag_and_speaker(browser: Any, tmp_path: Path) -> None:
    show(browser, write_page(["One two three", "Salt and pepper", "The third line", "The last words"], tmp_path))
    assert visible(browser) == ["line-1", "line-2", "line-3", "line-4"]
    words = find(browser, "#words")
    words.send_keys("PEPPER")
    assert visible(browser) == ["line-2"]
    assert find(browser, "#count").text == "1 line"
    words.clear()
    words.send_keys("3")  # a line's number, or a text that holds it
    assert visible(browser) == ["line-3"]
    words.clear()
    find(browser, "#flag option[value='over-speed']").click()
    assert visible(browser) == ["line-3", "line-4"]
    find(browser, "#speaker option[value='Speaker 4']").click()
    assert visible(browser) == ["line-4"]
    find(browser, "#flag option[value='']").click()
    find(browser, "#speaker option[value='']").click()
    find(browser, "[data-sort='speed']").click()
    assert visible(browser) == ["line-4", "line-3", "line-2", "line-1"]


def test_hostile_text_stays_text(browser: Any, tmp_path: Path) -> None:
    # subtitles lose their tags when they are read; a script, a cast file or a file name may still hold anything
    page = write_page([HOSTILE, HOSTILE], tmp_path)
    show(browser, page)
    assert browser.title == "film.dubbed.mp4: report"
    assert find(browser, "#line-1 .said").text == HOSTILE
    assert find(browser, "#line-1 .who").text == f"{HOSTILE}"
    assert browser.execute_script("return document.images.length") == 0
    find(browser, "#line-2 .play").click()
    assert wait_until(browser, "document.querySelector('#player .said').textContent") == HOSTILE
    # and were there a hole, the page's policy would still run nothing
    html = page.read_text("utf-8")
    page.write_text(html.replace("<h1>", "<script>document.title = 'owned'</script><h1>"), "utf-8")
    browser.get(page.as_uri())
    assert browser.title == "film.dubbed.mp4: report"
    assert any("Content Security Policy" in entry["message"] for entry in browser.get_log("browser"))


def write_page(texts: Sequence[str], folder: Path) -> Path:
    """Write the page of a film in which each text is a speaker's line, with three seconds of sound."""
    noise = (np.random.default_rng(0).standard_normal(3 * RATE) * 0.1).astype(np.float32)
    excerpts = Excerpts(folder)
    excerpts.keep(Clip(Span(1, "v", 0, 0, len(noise), len(noise), -23.0), noise))
    clip = excerpts.encode()[1]
    lines = [
        LineReport(
            i, 4.8 * i, 4.8 * i + 4.0, text if text == HOSTILE else f"Speaker {i % 5}", "narrator", text, "spoken text",
            (), "", 4.8 * i, 4.8 * i + 3.0, 3.0, 1.0 + i % 7 / 20, 0.0, 0, 1, None,
            ("over-speed",) if i % 7 > 2 else (),
        )
        for i, text in enumerate(texts, 1)
    ]  # fmt: skip
    totals = add_up(lines, Measured(), overlap_samples=0, synthesis_seconds=1.0, audio_seconds=1.0)
    made = Report("narrator", 0, "film.mp4", "film.dubbed.mp4", totals, tuple(lines))
    page = folder / "report.html"
    sounds = report_page.Sounds({line.index: clip for line in lines})
    report_page.write(made, page, target=Target(-14.0, -1.0), max_speed=1.25, sounds=sounds)
    return page


def thread_seconds(browser: Any) -> float:
    """Return what the page has cost a processor since it was opened."""
    metrics = browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "ThreadTime"))


def test_two_hours_and_1500_lines_stay_quick(browser: Any, tmp_path: Path) -> None:
    page = write_page([f"What is said in line {i}, forty letters" for i in range(1, 1501)], tmp_path)
    assert page.stat().st_size > 20e6
    browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    show(browser, page)
    # of the page's own thread, measured at 1.3 s: this is passed by work that grows with the square of the lines
    loading = thread_seconds(browser)
    assert loading < 5.0
    find(browser, "#whole").click()
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert thread_seconds(browser) - loading < 1.5
    find(browser, "#words").send_keys("line 1499")
    assert visible(browser) == ["line-1499"]
    find(browser, "#line-1499 .play").click()
    assert wait_until(browser, "document.querySelector('audio').currentTime > 0.1")


def test_it_fits_a_narrow_window(browser: Any, folder: Path) -> None:
    page = narrate(folder)
    browser.set_window_size(500, 900)  # the narrowest that Chromium opens
    try:
        show(browser, page)
        width, inner = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
        assert width <= inner
    finally:
        browser.set_window_size(1280, 1000)
