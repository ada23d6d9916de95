"""How a connection parses bytes, however they are split."""

import asyncio
from collections.abc import Iterator

import pytest

from loginradius_harness.load.engine.connection import Answer, AnswerCache, Connection

from .servers import GOOD, reply


class FakeTransport(asyncio.Transport):
    """A transport that records whether it was dropped."""

    dropped = False

    def abort(self) -> None:
        self.dropped = True


class Listener:
    """The listener of one connection."""

    def __init__(self) -> None:
        self.cache, self.transport, self.answers = AnswerCache(), FakeTransport(), list[Answer]()
        self.connection = Connection(self)
        self.connection.connection_made(self.transport)

    def opened(self, connection: Connection) -> None: ...

    def lost(self, connection: Connection) -> None: ...

    def answered(self, _: Connection, answer: Answer) -> None:
        self.answers.append(answer)

    def receive(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.connection.data_received(piece)


@pytest.fixture
def listener() -> Iterator[Listener]:
    async def made() -> Listener:
        return Listener()

    with asyncio.Runner() as runner:
        yield runner.run(made())


@pytest.mark.parametrize("cut", [1, 12, 40, len(reply()) - 1])
def test_an_answer_may_arrive_in_pieces(listener: Listener, cut: int) -> None:
    listener.receive(reply()[:cut], reply()[cut:])
    assert [(answer.status, answer.body) for answer in listener.answers] == [(200, GOOD)]


def test_equal_bytes_give_the_cached_answer(listener: Listener) -> None:
    listener.receive(reply(), reply(b"{}"), reply())
    first, other, again = listener.answers
    assert again is first
    assert other.body == b"{}"


def test_bytes_in_the_middle_of_an_answer_never_match_the_cache(listener: Listener) -> None:
    inner = reply(b"{}")
    listener.receive(inner, reply(b"ab" + inner)[: -len(inner)], inner)
    assert [answer.body for answer in listener.answers] == [b"{}", b"ab" + inner]


@pytest.mark.parametrize("surplus", [reply(), reply()[:20], b"x"])
def test_more_than_one_answer_to_a_request_drops_the_connection(listener: Listener, surplus: bytes) -> None:
    listener.receive(reply() + surplus)
    assert listener.transport.dropped
    assert not listener.answers


def test_the_last_answer_of_a_connection_is_never_cached(listener: Listener) -> None:
    listener.receive(reply(GOOD, "Connection: close"))
    assert listener.answers[0].closes
    assert not listener.cache


def test_the_cache_of_answers_is_bounded() -> None:
    cache = AnswerCache()
    for number in range(5000):
        cache.keep(b"%d" % number, Answer(200, b""))
    cache.keep(b"x" * 20_000, Answer(200, b""))
    assert 0 < len(cache) <= 1024
    assert b"x" * 20_000 not in cache


def test_the_body_of_a_redirect_is_where_it_leads(listener: Listener) -> None:
    listener.receive(b"HTTP/1.1 302 Found\r\nLocation: /auth.aspx?a=b\r\nContent-Length: 0\r\n\r\n")
    assert [(answer.status, answer.body) for answer in listener.answers] == [(302, b'{"location":"/auth.aspx?a=b"}')]


def test_the_address_of_something_created_is_no_redirect(listener: Listener) -> None:
    listener.receive(b"HTTP/1.1 201 Created\r\nLocation: /new\r\nContent-Length: 2\r\n\r\n{}")
    assert [answer.body for answer in listener.answers] == [b"{}"]
