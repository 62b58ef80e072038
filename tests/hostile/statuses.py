"""Hosts that misbehave in their status line and in when they want to be asked again."""

from __future__ import annotations

import time

from tests.hostile.rows import Exchange, at, company, http, row

PAGE = http(company())


def status(line: str) -> bytes:
    return http(company(title="Something is wrong"), line)


for number, words in [
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (410, "Gone"),
    (418, "I'm a teapot"),
    (451, "Unavailable"),
    (500, "Internal Server Error"),
    (501, "Not Implemented"),
    (502, "Bad Gateway"),
    (504, "Gateway Timeout"),
    (522, "Origin is away"),
    (599, "Whatever"),
    (999, "Request denied"),
]:
    row(f"status-{number}.test", f"answers {number}", "failed", "http", answer=status(f"{number} {words}"))
row("status-201.test", "a page with 201", "done", answer=status("201 Created"), text="gates")
row("status-203.test", "a page with 203", "done", answer=status("203 Non-Authoritative"), text="gates")
row("status-204.test", "answers 204", "failed", "empty", answer=b"HTTP/1.1 204 No Content\r\n\r\n")
row("status-206.test", "a part nobody asked for", "done/partial", answer=status("206 Partial Content"), text="gates")
row("status-300.test", "300 without a choice", "failed", "redirect", answer=http("", "300 Multiple Choices"))
row("status-304.test", "304 to a first request", "failed", "protocol", answer=b"HTTP/1.1 304 Not Modified\r\n\r\n")
row(
    "status-101.test",
    "switches protocols unasked",
    "failed",
    "protocol",
    answer=b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n",
)


async def heals(x: Exchange) -> bytes:
    return PAGE if x.number > 2 else http("busy", "503 Service Unavailable", (("Retry-After", "1"),))


async def heals_by_date(x: Exchange) -> bytes:
    at = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 1))
    return PAGE if x.number > 2 else http("busy", "503 Service Unavailable", (("Retry-After", at),))


row("busy-then-well.test", "503 with Retry-After 1, then well", "done", answer=heals, text="gates")
row("busy-until.test", "503 with a date, then well", "done", answer=heals_by_date, text="gates")
row(
    "busy-long.test",
    "503, come back in an hour",
    "failed",
    "http",
    put_back=True,
    answer=http("busy", "503 Service Unavailable", (("Retry-After", "3600"),)),
)
row("too-many.test", "429 without saying when", "failed", "http", answer=http("slow down", "429 Too Many Requests"))
row(
    "too-many-long.test",
    "429, come back in an hour",
    "failed",
    "http",
    put_back=True,
    answer=http("slow down", "429 Too Many Requests", (("Retry-After", "3600"),)),
)
row(
    "silly-retry.test",
    "503 with a Retry-After that is nonsense",
    "failed",
    "http",
    answer=http("busy", "503 Service Unavailable", (("Retry-After", "soon; or 1e99999"),)),
)
row(
    "all-503.test",
    "503 to everything, robots.txt too",
    "failed",
    "robots",
    answer=http("x", "503 Sorry"),
    robots=http("x", "503 Sorry"),
)


# More of the zoo --------------------------------------------------------------------------------------------------

for number, words in [
    (400, "Bad Request"),
    (402, "Payment Required"),
    (405, "Method Not Allowed"),
    (406, "Not Acceptable"),
    (407, "Proxy Authentication Required"),
    (408, "Request Timeout"),
    (409, "Conflict"),
    (412, "Precondition Failed"),
    (416, "Range Not Satisfiable"),
    (421, "Misdirected Request"),
    (425, "Too Early"),
    (426, "Upgrade Required"),
    (428, "Precondition Required"),
    (431, "Request Header Fields Too Large"),
    (444, "No Response"),
    (495, "SSL Certificate Error"),
    (505, "HTTP Version Not Supported"),
    (507, "Insufficient Storage"),
    (508, "Loop Detected"),
    (511, "Network Authentication Required"),
    (525, "SSL Handshake Failed"),
    (526, "Invalid SSL Certificate"),
    (530, "Site Frozen"),
    (600, "Beyond"),
]:
    row(f"status-{number}.test", f"answers {number}", "failed", "http", answer=status(f"{number} {words}"))
row("status-205.test", "answers 205", "failed", "empty", answer=http("", "205 Reset Content"))
row("status-226.test", "a page with 226", "done", answer=status("226 IM Used"), text="gates")
row("status-299.test", "a page with a success nobody knows", "done", answer=status("299 Fine"), text="gates")
row("status-000.test", "answers 000", "failed", "protocol", answer=status("000 Nothing"))
row("status-20.test", "a status of two digits", "failed", "protocol", answer=status("20 OK"))
row("status-2000.test", "a status of four digits", "failed", "protocol", answer=status("2000 OK"))
row(
    "status-305.test",
    "sends us to a proxy of its own",
    "failed",
    "redirect",
    requests=2,
    answer=http("", "305 Use Proxy", (("Location", "http://127.0.0.1:3128/"),)),
)
row(
    "status-300-choice.test",
    "300 with its favourite",
    "done",
    text="gates",
    answer=at("/en", PAGE, http("", "300 Multiple Choices", (("Location", "/en"),))),
)
row("status-306.test", "a status that is no longer used", "failed", "redirect", answer=http("", "306 Switch Proxy"))
row(
    "early-hints.test",
    "103 twice, then the page",
    "done",
    text="gates",
    answer=b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" * 2 + PAGE,
)
row(
    "continue.test", "100 Continue, then the page", "done", answer=b"HTTP/1.1 100 Continue\r\n\r\n" + PAGE, text="gates"
)
row(
    "processing.test",
    "102 for a while, then the page",
    "done",
    text="gates",
    answer=b"HTTP/1.1 102 Processing\r\n\r\n" * 20 + PAGE,
)
row(
    "login.test",
    "wants a password",
    "failed",
    "http",
    answer=http(
        "who are you", "401 Unauthorized", (("WWW-Authenticate", 'Basic realm="x\\"'), ("WWW-Authenticate", "NTLM"))
    ),
)
row(
    "challenge.test",
    "a check whether we are human, with 403",
    "failed",
    "http",
    requests=4,
    answer=http(company(title="Just a moment..."), "403 Forbidden", (("cf-mitigated", "challenge"),)),
)
row(
    "busy-challenge.test",
    "a check whether we are human, with 503 and a refresh",
    "failed",
    "http",
    answer=http(
        company(head="<meta http-equiv=refresh content='2'>", title="Checking your browser"),
        "503 Service Temporarily Unavailable",
        (("Refresh", "2;URL=/?check=1"),),
    ),
)
for name, wait in {
    "negative": "-5",
    "huge": "99999999999999999999",
    "fraction": "0.5",
    "past": "Wed, 21 Oct 2015 07:28:00 GMT",
    "year-9999": "Fri, 31 Dec 9999 23:59:59 GMT",
    "bad-date": "Mon, 99 Foo 2031 25:61:61 GMT",
    "empty": "",
    "two": "1, 1",
    "nan": "nan",
    "infinite": "inf",
    "digits": "٣",
}.items():
    row(
        f"retry-{name}.test",
        f"503 with Retry-After: {wait}",
        "failed",
        "http",
        requests=8,
        put_back=name in ("huge", "year-9999"),
        answer=http("busy", "503 Service Unavailable", (("Retry-After", wait.encode().decode("latin-1")),)),
    )


async def well_inside(x: Exchange) -> bytes:
    if x.path == "/":
        return http(company("<a href=/contact>Contact</a><a href=/about>About</a><a href=/team>Team</a>"))
    return http("slow down", "429 Too Many Requests", (("Retry-After", "3600"),))


row("inner-429.test", "every page but the home page is 429", "partial", "http", answer=well_inside, text="gates")


async def errors_inside(x: Exchange) -> bytes:
    if x.path == "/":
        return http(company("<a href=/contact>Contact</a><a href=/about>About</a><a href=/team>Team</a>"))
    return http("oops", "500 Internal Server Error")


row("inner-500.test", "every page but the home page is 500", "done/partial", "http", answer=errors_inside, text="gates")
