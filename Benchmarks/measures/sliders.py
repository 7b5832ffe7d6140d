"""The evaluation as people wait for it: a whole run, and weights tried in a browser."""

import math
import time

import city as cities
from playwright.sync_api import sync_playwright

from .common import PLACE, SMALL, at_most, demo_city

INPUTS = 20 if SMALL else 200


def measure():
    city = demo_city("sliders")
    whole = min(_seconds(city) for _ in range(3))
    with cities.Server(city, PLACE / "sliders.log") as server, sync_playwright() as playwright:
        browser = cities.launch_chromium(playwright)
        page = cities.new_context(browser, server.url).new_page()
        cities.sign_in(page, city.account("cityOfficer"))
        page.goto("/evaluation/weights")
        page.wait_for_selector("form[data-ready]")
        times = page.evaluate(
            """async (inputs) => {
                const sliders = [...document.querySelectorAll('input[type=range]')];
                const place = document.querySelector('[data-weights-table]');
                const times = [];
                for (let number = 0; number < inputs; number += 1) {
                    const slider = sliders[number % sliders.length];
                    slider.value = String((number * 7) % 30);
                    const ranked = new Promise((done) => place.addEventListener('yiju:ranked', done, { once: true }));
                    const began = performance.now();
                    slider.dispatchEvent(new Event('input', { bubbles: true }));
                    await ranked;
                    times.push(performance.now() - began);
                }
                return times;
            }""",
            INPUTS,
        )
        browser.close()
    times.sort()
    p99 = times[math.ceil(0.99 * len(times)) - 1]
    what = f"new weights to the new table in the browser, {INPUTS} inputs, p50 {times[len(times) // 2]:.0f} ms: p99"
    return [
        at_most(1, "a whole evaluation of the demo city by the command, best of three", whole, "{:.2f} s".format),
        at_most(100, what, p99, "{:.0f} ms".format),
    ]


def _seconds(city):
    """One evaluation from the database to its stored result, the start of the program included."""
    began = time.perf_counter()
    city.run("evaluate", "--format", "json")
    return time.perf_counter() - began
