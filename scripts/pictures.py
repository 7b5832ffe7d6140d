"""Takes the READMEs' screenshots, each in both languages: `pictures.py FOLDER`. Makes a demo city of its own, serves it,
signs in, looks. NAME.png is Chinese, NAME-en.png English.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

import city as cities


@dataclass(frozen=True)
class Picture:
    name: str
    path: str
    role: str = "cityOfficer"
    ready: str = "main"  # a selector that is there once the page is worth looking at
    follow: str = ""  # a link to click on that page; the picture is of where it leads
    options: tuple = ()


PHONE = (("width", 390), ("height", 844), ("device_scale_factor", 2), ("is_mobile", True), ("has_touch", True))
MAP = "html[data-map-idle]"
ENDINGS = {"zh": "", "en": "-en"}
PICTURES = [
    Picture("city", "/", ready=MAP),
    Picture("estates", "/estates"),
    Picture("estate", "/estates?q=岳银三村", ready=MAP, follow="table tbody a"),
    Picture("map", "/map", ready=MAP),
    Picture("ranking", "/evaluation"),
    Picture("ledger", "/ledger"),
    Picture("phone", "/", ready=MAP, options=PHONE),
]


def take(browser, server, picture, language, folder):
    context = cities.new_context(browser, server.url, **dict(picture.options))
    context.add_cookies([{"name": "language", "value": language, "url": server.url}])
    page = context.new_page()
    cities.sign_in(page, server.city.account(picture.role))
    answer = page.goto(picture.path)
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{picture.path} answered {answer.status if answer else 'nothing'}")
    if picture.follow:
        page.click(picture.follow)
    page.wait_for_selector(picture.ready)
    page.wait_for_load_state("networkidle")
    file = folder / f"{picture.name}{ENDINGS[language]}.png"
    page.screenshot(path=file)
    context.close()
    print(file)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        city = cities.make_demo_city(Path(work) / "city")
        browser = cities.launch_chromium(playwright)
        with cities.Server(city, Path(work) / "server.log") as server:
            for picture in PICTURES:
                for language in ENDINGS:
                    take(browser, server, picture, language, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
