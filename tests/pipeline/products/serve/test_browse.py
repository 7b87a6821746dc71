"""The page for browsing listings, in a real browser."""

import shutil
import socket
import threading
import time

import pytest

from pipeline.products.serve.app import make_app

QUIET = (  # a browser that asks nobody else for anything
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def address(latest):
    import uvicorn

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(make_app(latest), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    selenium = pytest.importorskip("selenium.webdriver")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("no browser here: install chromium and chromium-driver")
    options = selenium.ChromeOptions()
    options.binary_location = chromium
    profile = tmp_path_factory.mktemp("profile")
    for flag in (*QUIET, f"--user-data-dir={profile}", "--window-size=1440,900"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = selenium.ChromeService(executable_path=driver)
    session = selenium.Chrome(options=options, service=service)
    yield session
    session.quit()


@pytest.fixture
def at(browser, address):
    """Open an address of the page and wait until it has loaded; afterwards the console must contain no error."""
    from selenium.webdriver.support.ui import WebDriverWait

    def wait(condition):
        return WebDriverWait(browser, 10).until(lambda _: condition())

    def go(path="/"):
        browser.get(address + path)
        wait(lambda: "listing" in browser.find_element("id", "count").get_attribute("textContent"))
        wait(lambda: browser.find_elements("css selector", "#facets fieldset"))

    def text(selector):
        return browser.find_element("css selector", selector).text

    browser.get_log("browser")
    go.wait, go.text, go.browser, go.address = wait, text, browser, address
    go.all = lambda selector: browser.find_elements("css selector", selector)
    yield go
    complaints = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert complaints == []


def test_page_shows_listings_and_counts(at):
    at("/")
    assert at.text("#count") == "73 listings"
    assert len(at.all("#list > li")) == 50
    assert "Micro-internship\n1" in at.text("#facet-kind")
    at.browser.find_element("id", "more").click()
    at.wait(lambda: len(at.all("#list > li")) == 73)
    assert at.browser.switch_to.active_element.get_attribute("data-listing")


def test_search_updates_the_results_while_typing(at):
    at("/")
    from selenium.webdriver.common.keys import Keys

    at.browser.find_element("tag name", "body").send_keys("/")
    at.browser.switch_to.active_element.send_keys("velop")
    at.wait(lambda: at.text("#count") == "1 listing")
    assert "Véloperle" in at.text("#list")
    assert at.browser.current_url.endswith("/?q=velop")
    at.browser.switch_to.active_element.send_keys(Keys.BACKSPACE * 5)
    at.wait(lambda: at.text("#count") == "73 listings")


def test_filters_are_part_of_the_address(at):
    at("/")
    at.browser.find_element("css selector", "#facet-remote label").click()
    at.wait(lambda: "remote=" in at.browser.current_url)
    at("/?paid=paid&sort=shortest")
    assert at.text("#count") == "2 listings"
    assert [chip.text for chip in at.all("#chips button")] == ["Paid ×"]
    at.browser.find_element("css selector", "#chips button").click()
    at.wait(lambda: at.text("#count") == "73 listings")
    at.browser.back()
    at.wait(lambda: at.text("#count") == "2 listings")


def test_evidence_is_marked_in_the_text(at):
    at(f"/?listing={1:024x}")
    at.wait(lambda: at.all("#detail .text mark"))
    marks = {mark.get_attribute("class"): mark.text for mark in at.all("#detail .text mark")}
    assert marks == {
        "mark-pay": "PAY$600 stipend",
        "mark-remote": "WHEREwork remotely",
        "mark-duration": "LENGTH4 weeks",
        "mark-hours": "HOURS10 hours per week",
    }
    assert "$600 in all ($15 an hour)" in at.text("#detail dl")
    assert (
        at.browser.find_element("css selector", "#detail .actions a").get_attribute("href")
        == "https://kelppost.example/jobs/1"
    )
    assert "Postcard" in at.browser.title


def test_evidence_is_marked_in_a_description_with_structure(at):
    at(f"/?listing={2:024x}")
    at.wait(lambda: at.all("#detail .rich mark"))
    assert [item.text for item in at.all("#detail .rich li")] == ["Svelte", "LENGTH3 à 6 mois, à Lyon"]
    assert [mark.text for mark in at.all("#detail .rich mark")] == ["LENGTH3 à", "6 mois"]
    assert at.all("#detail .rich a, #detail .rich img, #detail .rich [onclick]") == []
    assert "interval: 1 HOUR, minValue: 18, maxValue: 22 in the board’s own field" in at.text("#detail dl")


def test_hostile_markup_in_a_listing_is_shown_as_text(at):
    at(f"/?listing={3:024x}")
    at.wait(lambda: at.all("#detail .text"))
    assert "<script>" in at.text("#detail .text")
    assert at.all("#detail img, #detail script, #detail a[href^=javascript]") == []
    assert "asks for money" in at.text("#detail .warnings")
    assert at.browser.title.startswith("Earn from home!")


def test_keyboard_opens_and_closes_a_listing(at):
    from selenium.webdriver.common.keys import Keys

    at("/")
    first = at.browser.find_element("css selector", "#list a")
    first.send_keys(Keys.ARROW_DOWN)
    at.browser.switch_to.active_element.send_keys(Keys.ENTER)
    at.wait(lambda: at.all("#detail-title"))
    at.wait(lambda: at.browser.switch_to.active_element.get_attribute("id") == "detail-title")
    at.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    at.wait(lambda: not at.all("#detail-title"))
    assert at.browser.switch_to.active_element.text == "Stage Développement Web"


VIEWS = {  # what one may look at: the address, and what must have come
    "list": ("/", "#list li"),
    "facet chosen": ("/?paid=paid&kind=internship", "#chips li"),
    "listing": (f"/?listing={1:024x}", "#detail .text"),
    "listing with warnings": (f"/?listing={3:024x}", "#detail .warnings"),
    "nothing found": ("/?q=zzzz", "#empty button"),
}
PHONE, DESK = (390, 844), (1440, 900)
UNNAMED = """
return [...document.querySelectorAll('input,select,button,a')].filter(e => !(e.labels?.length || e.textContent.trim()
  || e.getAttribute('aria-label'))).map(e => e.outerHTML)"""
SHOWN_MAINS = "return [...document.querySelectorAll('main')].filter(e => e.checkVisibility()).length"
TOO_WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
# By WCAG 2.2, 1.4.3: the luminance of each text beside that of the nearest background that is painted.
FAINT = """
const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
const luminance = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
const back = (e) => { for (; e; e = e.parentElement) {
  const colour = parts(getComputedStyle(e).backgroundColor); if (colour.length < 4 || colour[3] > 0) return colour; }
  return [255, 255, 255]; };
const faint = [];
for (const e of document.querySelectorAll('body *')) {
  if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
  const style = getComputedStyle(e), size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  const [low, high] = [luminance(parts(style.color)), luminance(back(e))].sort((a, b) => a - b);
  const contrast = (high + 0.05) / (low + 0.05);
  if (contrast < (large ? 3 : 4.5)) faint.push(`${contrast.toFixed(2)} ${e.outerHTML.slice(0, 90)}`);
}
return faint;"""


@pytest.fixture
def phone(at):
    at.browser.set_window_size(*PHONE)
    yield at
    at.browser.set_window_size(*DESK)


@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_shows_the_page_without_horizontal_scrolling(phone, view):
    path, came = VIEWS[view]
    phone(path)
    phone.wait(lambda: phone.all(came))
    assert phone.browser.execute_script(TOO_WIDE) <= 0
    assert phone.browser.execute_script(SHOWN_MAINS) == 1


@pytest.mark.parametrize("view", VIEWS)
def test_all_text_has_enough_contrast_and_every_control_has_a_name(at, view):
    path, came = VIEWS[view]
    at(path)
    at.wait(lambda: at.all(came))
    for scheme in ("dark", "light"):
        emulated = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        at.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", emulated)
        assert at.browser.execute_script(FAINT) == []
    assert at.browser.execute_script(UNNAMED) == []
    assert at.browser.execute_script(SHOWN_MAINS) == 1


def test_filters_fold_on_a_phone(phone):
    phone("/")
    assert not phone.browser.find_element("id", "facets").is_displayed()
    phone.browser.find_element("id", "filters-toggle").click()
    assert phone.browser.find_element("id", "facets").is_displayed()
    done = phone.browser.find_element("id", "done")
    phone.wait(lambda: done.text == "Show 73 listings")
    phone.browser.execute_script("arguments[0].click()", done)
    assert not phone.browser.find_element("id", "facets").is_displayed()


def test_results_are_visible_after_choosing_any_filter(at):
    at("/")
    at.browser.execute_script("scrollTo(0, 3000)")
    field = at.browser.find_element("id", "pay_hourly_min")
    field.send_keys("16\t")
    at.wait(lambda: at.text("#count") == "1 listing")
    assert at.browser.execute_script("return scrollY") == 0
    assert at.text("#chips") == "at least 16 an hour, in any currency ×"
    inside = "const box = arguments[0].getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight"
    assert at.browser.execute_script(inside, at.all("#list > li")[0])
    assert at.browser.execute_script(inside, field)  # and so is the filter, which scrolls by itself


def test_one_click_shows_all_listings_after_an_empty_result(at):
    at("/?q=zzzz&paid=paid")
    assert at.text("#count") == "0 listings"
    at.browser.find_element("id", "start-over").click()
    at.wait(lambda: at.text("#count") == "73 listings")
    assert at.browser.current_url.endswith("/")


def test_a_shared_link_keeps_its_filters_and_drops_the_parameters_of_trackers(at):
    at("/?kind=micro_internship&fbclid=IwAR0&utm_source=newsletter&colour=red")
    assert at.text("#count") == "1 listing"
    assert (
        at.all("#list a[data-listing]")[0].get_attribute("href").endswith(f"/?kind=micro_internship&listing={1:024x}")
    )
    at.browser.find_element("css selector", "#chips button").click()
    at.wait(lambda: at.text("#count") == "73 listings")
    assert at.browser.current_url.endswith("/")


def test_a_failed_request_states_the_reason_and_offers_a_way_back(at):
    at.browser.get(f"{at.address}/?weeks_max=few")
    at.wait(lambda: at.text("#count") == "The request failed")
    assert "weeks_max=few is not a number" in at.text("#empty")
    at.browser.find_element("id", "start-over").click()
    at.wait(lambda: at.text("#count") == "73 listings")
    assert at.browser.current_url.endswith("/")
    at.browser.get(f"{at.address}/?listing=0")
    at.wait(lambda: at.text("#detail p").startswith("This snapshot has no such listing."))
    told = [entry["message"] for entry in at.browser.get_log("browser")]
    assert ["status of 400" in told[0], "status of 404" in told[1], len(told)] == [
        True,
        True,
        2,
    ]  # so a browser notes it


def test_the_chosen_listing_stays_visible(at):
    at("/")
    chosen = at.all("#list > li")[30]
    at.browser.execute_script("arguments[0].querySelector('a').click()", chosen)
    at.wait(lambda: at.all("#detail dl"))
    box = at.browser.execute_script("return arguments[0].getBoundingClientRect()", chosen)
    assert box["top"] >= 0
    assert box["bottom"] <= at.browser.execute_script("return innerHeight")


WHERE_ONE_IS = "const e = document.activeElement; return [e.name ?? '', e.textContent.trim(), e.dataset.listing ?? '']"


def test_every_control_is_reachable_by_keyboard(at):
    from selenium.webdriver import ActionChains, Keys

    at("/?paid=paid")
    reached = []
    while len(reached) < 80 and not (reached and reached[-1][2]):
        ActionChains(at.browser, duration=0).send_keys(Keys.TAB).perform()
        reached.append(at.browser.execute_script(WHERE_ONE_IS))
    assert reached[0][1] == "Skip to the listings"
    wanted = set("q kind remote paid weeks_max country skill pay_hourly_min posted_since sort".split())
    assert {name for name, _, _ in reached} >= wanted
    outline = at.browser.execute_script("return getComputedStyle(document.activeElement.closest('li')).outlineStyle")
    assert outline == "solid"  # where one is can be seen


def test_no_resource_comes_from_another_host(at, address):
    at(f"/?listing={2:024x}")
    at.wait(lambda: at.all("#detail dl"))
    loaded = at.browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert loaded
    assert all(name.startswith(address) for name in loaded)
