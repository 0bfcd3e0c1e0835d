"""The chat page in a real browser, against the running gateway that the fixture `chat_url` names."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]
QUESTION = "con em mới sinh, làm giấy khai sinh cần gì"
PHONE = {"width": 360, "height": 740}
ANSWER_MS = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, locale="vi-VN")
    context.set_default_timeout(ANSWER_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, chat_url: str) -> Iterator[Page]:
    """The page, open and greeted. No script error may happen and no answer may run a script."""
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("dialog", lambda dialog: (troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.goto(chat_url)
    expect(page.get_by_test_id("answer")).to_have_count(1)
    yield page
    assert troubles == []


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Câu hỏi của bạn").fill(text)
    page.get_by_role("button", name="Gửi", exact=True).click()


def turn(page: Page, said: str) -> Any:
    return page.get_by_test_id("turn").filter(has=page.get_by_test_id("user-message").filter(has_text=said)).last


def ask(page: Page, text: str) -> Any:
    """Say it and wait for the answer; gives the turn."""
    say(page, text)
    here = turn(page, text)
    expect(here.get_by_test_id("answer").first).to_be_visible(timeout=ANSWER_MS)
    return here


def posted(page: Page, path: str) -> list[dict[str, Any]]:
    """Bodies posted to this path from now on; the list grows."""
    bodies: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith(path):
            bodies.append(json.loads(request.post_data or "{}"))

    page.on("request", note)
    return bodies


def remembered(page: Page, chat_url: str) -> list[dict[str, Any]]:
    """The turns that the gateway keeps of this page's conversation."""
    conversation = page.evaluate("JSON.parse(localStorage.getItem('motcua.conversation'))")
    return page.request.get(f"{chat_url.rstrip('/')}/api/chat/history", params={"conversation": conversation}).json()["turns"]


def test_a_question_gets_an_answer_with_its_source(page: Page) -> None:
    here = ask(page, QUESTION)
    expect(here.get_by_test_id("answer-source").first).to_contain_text("Căn cứ")
    expect(here.get_by_test_id("answer-source").first).to_contain_text("cập nhật ngày")
    expect(page.get_by_test_id("typing")).to_be_hidden()
    expect(page.get_by_role("textbox", name="Câu hỏi của bạn")).to_have_value("")


def test_an_empty_box_cannot_be_sent(page: Page) -> None:
    send = page.get_by_role("button", name="Gửi", exact=True)
    expect(send).to_be_disabled()
    page.get_by_role("textbox", name="Câu hỏi của bạn").fill("   \n ")
    expect(send).to_be_disabled()


def test_enter_sends_and_shift_enter_makes_a_line(page: Page) -> None:
    box = page.get_by_role("textbox", name="Câu hỏi của bạn")
    box.press_sequentially("khai sinh")
    box.press("Shift+Enter")
    box.press_sequentially("cho con")
    expect(box).to_have_value("khai sinh\ncho con")
    box.press("Enter")
    expect(turn(page, "cho con").get_by_test_id("answer").first).to_be_visible(timeout=ANSWER_MS)


def test_a_button_says_its_title_and_older_buttons_rest(page: Page) -> None:
    first = page.get_by_test_id("suggestions").get_by_role("button").first
    title = first.inner_text()
    first.click()
    here = turn(page, title)
    expect(here.get_by_test_id("answer").first).to_be_visible(timeout=ANSWER_MS)
    old = page.get_by_test_id("turn").first.get_by_test_id("suggestions").locator("button:not([disabled])")
    expect(old).to_have_count(0)
    buttons = ask(page, QUESTION).get_by_test_id("suggestions").get_by_role("button")
    if buttons.count():
        expect(buttons.first).to_be_enabled()


def test_a_reload_keeps_the_conversation_and_repeats_nothing(page: Page, chat_url: str) -> None:
    ask(page, QUESTION)
    before = page.get_by_test_id("answer").all_inner_texts()
    sent = posted(page, "/api/chat/messages")
    page.reload()
    expect(page.get_by_test_id("answer")).to_have_count(len(before))
    expect(page.get_by_test_id("user-message")).to_have_count(1)
    assert sent == []
    assert len(remembered(page, chat_url)) == 1


def test_a_reload_before_the_answer_loses_and_repeats_nothing(page: Page, chat_url: str) -> None:
    with page.expect_request(re.compile("/api/chat/messages$")):
        say(page, QUESTION)
    page.reload()
    here = turn(page, QUESTION)
    expect(here.get_by_test_id("answer").first).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_test_id("user-message")).to_have_count(1)
    assert len(remembered(page, chat_url)) == 1


def test_without_network_a_message_waits_and_is_then_sent_once(page: Page, context: BrowserContext, chat_url: str) -> None:
    context.set_offline(True)
    say(page, QUESTION)
    expect(turn(page, QUESTION).get_by_test_id("message-state")).to_have_text("đang chờ mạng…")
    expect(page.get_by_test_id("notice")).to_contain_text("mất mạng")
    sent = posted(page, "/api/chat/messages")
    context.set_offline(False)
    expect(turn(page, QUESTION).get_by_test_id("answer").first).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_test_id("notice")).to_be_hidden()
    assert len({body["message_id"] for body in sent}) == 1
    assert [past["text"] for past in remembered(page, chat_url)] == [QUESTION]


def test_an_answer_lost_on_the_way_is_fetched_not_asked_again(page: Page, chat_url: str) -> None:
    lost: list[str] = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())  # the gateway answered …
        route.abort()  # … and the page never saw it

    page.route("**/api/chat/messages", lose)
    say(page, QUESTION)
    expect(turn(page, QUESTION).get_by_test_id("answer").first).to_be_visible(timeout=ANSWER_MS)
    expect(turn(page, QUESTION).get_by_test_id("answer")).to_have_count(len(json.loads(lost[0])["replies"]))
    assert len(remembered(page, chat_url)) == 1


def test_html_is_shown_as_text(page: Page) -> None:
    nasty = "<img src=x onerror=alert(1)><b>đậm</b><script>alert(2)</script>"
    here = ask(page, nasty)
    expect(here.get_by_test_id("user-message")).to_contain_text(nasty)
    expect(page.get_by_test_id("log").locator("img:not([data-testid=card-qr]), script, b")).to_have_count(0)


def test_hostile_answers_are_shown_as_text(page: Page) -> None:
    """Whatever the gateway might say: no markup, and no link that is not https."""
    reply = {
        "id": "1-1", "text": "<img src=x onerror=alert(1)>\n• <b>mục</b>\nXem https://dichvucong.gov.vn/a. Không: javascript:alert(1) http://a.vn",
        "buttons": [{"title": "<u>nút</u>", "payload": "/x"}], "source": "<i>nguồn</i>", "outcome": "answer", "codes": [],
        "links": [{"title": "xấu", "url": "javascript:alert(1)"}, {"title": "<b>tốt</b>", "url": "https://dichvucong.gov.vn/b"}],
        "title": "<script>alert(1)</script>", "ask_feedback": True,
        "card": {"title": "<b>giấy tờ</b>", "lines": ["<img src=x onerror=alert(1)>"], "link": "javascript:alert(1)"},
    }
    page.route("**/api/chat/messages", lambda route: route.fulfill(json={"message_id": "m", "replies": [reply], "limited": True}))
    here = ask(page, "thử")
    expect(page.get_by_test_id("log").locator("img, script, b, u, i")).to_have_count(0)
    addresses = [each.get_attribute("href") for each in here.get_by_test_id("answer").locator("a").all()]
    assert addresses == ["https://dichvucong.gov.vn/a", "https://dichvucong.gov.vn/b"]
    expect(page.get_by_test_id("notice")).to_be_visible()  # limited


def test_a_refused_message_says_why_and_can_be_changed(page: Page) -> None:
    page.route("**/api/chat/messages", lambda route: route.fulfill(
        status=422, json={"error": {"code": "bad_message", "message": "Tin này chưa dùng được."}}))
    say(page, "câu bị từ chối")
    state = turn(page, "câu bị từ chối").get_by_test_id("message-state")
    expect(state).to_contain_text("Tin này chưa dùng được.")
    state.get_by_role("button", name="Sửa lại").click()
    expect(page.get_by_role("textbox", name="Câu hỏi của bạn")).to_have_value("câu bị từ chối")
    expect(page.get_by_test_id("user-message")).to_have_count(0)


def test_retry_after_is_honoured_with_the_same_message_id(page: Page) -> None:
    tries: list[str] = []

    def busy_once(route: Any) -> None:
        tries.append(json.loads(route.request.post_data)["message_id"])
        if len(tries) == 1:
            route.fulfill(status=429, headers={"Retry-After": "2"}, json={"error": {"code": "too_many", "message": "chậm lại"}})
        else:
            route.continue_()

    page.route("**/api/chat/messages", busy_once)
    say(page, QUESTION)
    expect(turn(page, QUESTION).get_by_test_id("message-state")).to_contain_text("tự gửi")
    page.wait_for_timeout(1000)
    assert len(tries) == 1
    expect(turn(page, QUESTION).get_by_test_id("answer").first).to_be_visible(timeout=ANSWER_MS)
    assert len(tries) == 2 and len(set(tries)) == 1


@pytest.mark.parametrize("size", ["m", "xl"])
def test_a_small_phone_scrolls_only_down(page: Page, size: str) -> None:
    page.evaluate("size => document.documentElement.dataset.size = size", size)
    ask(page, "x" * 300)
    ask(page, QUESTION)
    for area in ("document.documentElement", "document.getElementById('scroller')"):
        assert page.evaluate(f"{area}.scrollWidth <= {area}.clientWidth"), area
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_in_viewport(ratio=1)


def test_buttons_are_large_enough_for_a_thumb(page: Page) -> None:
    ask(page, QUESTION)
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box and box["height"] >= 44 and box["width"] >= 44, button.inner_text()


def test_thumbs_are_posted_and_a_reload_remembers_them(page: Page) -> None:
    here = ask(page, QUESTION)
    if not here.get_by_test_id("feedback").count():
        pytest.skip("this answer does not ask for feedback")
    sent = posted(page, "/api/chat/feedback")
    with page.expect_response(re.compile("/api/chat/feedback$")) as first:
        here.get_by_test_id("thumb-down").first.click()
    assert first.value.status == 204
    with page.expect_response(re.compile("/api/chat/feedback$")) as second:
        here.get_by_role("button", name="Khó hiểu").first.click()
    assert second.value.status == 204
    assert [(body["value"], body.get("reason")) for body in sent] == [(-1, None), (-1, "kho-hieu")]
    page.reload()
    expect(turn(page, QUESTION).get_by_test_id("thumb-down").first).to_have_attribute("aria-pressed", "true")


def test_a_rating_is_posted(page: Page) -> None:
    page.get_by_test_id("menu").click()
    page.get_by_role("button", name="Đánh giá").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("^5 sao")).check(force=True)
    dialog.get_by_role("textbox").fill("Dễ dùng, cảm ơn phường")
    with page.expect_response(re.compile("/api/chat/rating$")) as response:
        dialog.get_by_role("button", name="Gửi đánh giá").click()
    assert response.value.status == 204
    expect(dialog).to_have_count(0)


def test_a_new_conversation_asks_first(page: Page, chat_url: str) -> None:
    ask(page, QUESTION)
    for name in ("Thôi", "Bắt đầu mới"):
        page.get_by_test_id("menu").click()
        page.get_by_role("button", name="Bắt đầu cuộc trò chuyện mới").click()
        page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_test_id("user-message")).to_have_count(1 if name == "Thôi" else 0)
    expect(page.get_by_test_id("answer")).to_have_count(1)  # the greeting
    assert remembered(page, chat_url) == []


def test_deep_links_fill_the_box_or_ask_once(page: Page, chat_url: str) -> None:
    page.goto(f"{chat_url.rstrip('/')}/?q=khai%20sinh%20cho%20con")
    expect(page.get_by_role("textbox", name="Câu hỏi của bạn")).to_have_value("khai sinh cho con")
    expect(page.get_by_test_id("user-message")).to_have_count(0)
    sent = posted(page, "/api/chat/messages")
    page.goto(f"{chat_url.rstrip('/')}/?tt=dang-ky-khai-sinh")
    expect(page.get_by_test_id("user-message")).to_have_count(1)
    expect(page.get_by_test_id("answer")).to_have_count(2, timeout=ANSWER_MS)
    page.reload()
    expect(page.get_by_test_id("answer")).to_have_count(2)
    assert [body["payload"] for body in sent] == ["tt:file:dang-ky-khai-sinh"]
    expect(page.get_by_test_id("answer").last).to_have_attribute("data-outcome", "answer")


def test_taps_make_a_list_whose_code_opens_it_again(page: Page, chat_url: str) -> None:
    page.goto(f"{chat_url.rstrip('/')}/?tt=cap-lai-can-cuoc")
    expect(page.get_by_test_id("answer")).to_have_count(2, timeout=ANSWER_MS)
    page.get_by_role("button", name="Danh sách của tôi").last.click()
    for number in range(3, 7):
        expect(page.get_by_test_id("answer")).to_have_count(number, timeout=ANSWER_MS)
        if page.get_by_test_id("answer").last.get_attribute("data-outcome") == "answer":
            break
        page.get_by_test_id("suggestions").last.get_by_role("button").first.click()
    made = page.get_by_test_id("answer").last
    made.get_by_test_id("answer-card").locator("summary").click()
    picture = made.get_by_test_id("card-qr")
    expect(picture).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    lines = made.get_by_test_id("answer-card").locator("li").all_inner_texts()
    value = parse_qs(urlparse(picture.get_attribute("src") or "").query)["ds"][0]
    page.evaluate("localStorage.clear()")
    page.goto(f"{chat_url.rstrip('/')}/?ds={value}")
    expect(page.get_by_test_id("answer")).to_have_count(2, timeout=ANSWER_MS)
    again = page.get_by_test_id("answer").last.get_by_test_id("answer-card")
    again.locator("summary").click()
    assert again.locator("li").all_inner_texts() == lines


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến ô nhập câu hỏi")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Câu hỏi của bạn")).to_be_focused()
    page.get_by_test_id("menu").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_test_id("menu")).to_be_focused()


def test_the_portal_button_opens_and_closes_the_frame(context: BrowserContext, chat_url: str) -> None:
    base = chat_url.rstrip("/")
    portal = f"{base}/cong-thu"  # stands in for the ward's portal
    tag = f"<script src='{base}/embed.js' data-title='Hỏi phường' async></script>"
    context.route(portal, lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=f"<h1>Cổng</h1>{tag}{tag}"))
    page = context.new_page()
    page.goto(portal)
    expect(page.locator("mot-cua-chat")).to_have_count(1)
    names = page.evaluate("Object.keys(window).filter(name => /mot.?cua|chat/i.test(name))")
    assert names == []
    page.keyboard.press("Tab")
    with page.expect_event("frameattached") as attached:
        page.keyboard.press("Enter")
    frame = attached.value
    expect(frame.get_by_test_id("answer").first).to_be_visible()
    frame.get_by_test_id("composer-input").focus()
    page.keyboard.press("Escape")
    expect(page.locator("mot-cua-chat")).to_be_focused()
