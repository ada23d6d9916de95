"""What a connection makes of bytes, however they are cut."""

import asyncio
from collections.abc import Iterator

import pytest

from loginradius_harness.load.engine.connection import Answer, AnswerCache, Connection

from .servers import GOOD, reply


class Line(asyncio.Transport):
    """Remembers whether it was dropped."""

    dropped = False

    def abort(self) -> None:
        self.dropped = True


class Listener:
    """The owner of one connection."""

    def __init__(self) -> None:
        self.memory, self.line, self.answers = AnswerCache(), Line(), list[Answer]()
        self.connection = Connection(self)
        self.connection.connection_made(self.line)

    def opened(self, connection: Connection) -> None: ...

    def lost(self, connection: Connection) -> None: ...

    def answered(self, _: Connection, answer: Answer) -> None:
        self.answers.append(answer)

    def hear(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.connection.data_received(piece)


@pytest.fixture
def listener() -> Iterator[Listener]:
    async def made() -> Listener:
        return Listener()

    with asyncio.Runner() as runner:
        yield runner.run(made())


@pytest.mark.parametrize("cut", [1, 12, 40, len(reply()) - 1])
def test_an_answer_may_come_in_pieces(listener: Listener, cut: int) -> None:
    listener.hear(reply()[:cut], reply()[cut:])
    assert [(answer.status, answer.body) for answer in listener.answers] == [(200, GOOD)]


def test_the_same_bytes_are_the_same_answer(listener: Listener) -> None:
    listener.hear(reply(), reply(b"{}"), reply())
    first, other, again = listener.answers
    assert again is first
    assert other.body == b"{}"


def test_bytes_that_continue_an_answer_are_not_taken_for_one_that_was_seen(listener: Listener) -> None:
    inner = reply(b"{}")
    listener.hear(inner, reply(b"ab" + inner)[: -len(inner)], inner)
    assert [answer.body for answer in listener.answers] == [b"{}", b"ab" + inner]


@pytest.mark.parametrize("surplus", [reply(), reply()[:20], b"x"])
def test_more_than_one_answer_to_a_request_ends_the_connection(listener: Listener, surplus: bytes) -> None:
    listener.hear(reply() + surplus)
    assert listener.line.dropped
    assert not listener.answers


def test_an_answer_after_which_the_peer_closes_says_so_each_time(listener: Listener) -> None:
    listener.hear(reply(GOOD, "Connection: close"))
    assert listener.answers[0].closes
    assert not listener.memory


def test_memory_is_bounded() -> None:
    memory = AnswerCache()
    for number in range(5000):
        memory.keep(b"%d" % number, Answer(200, b""))
    memory.keep(b"x" * 20_000, Answer(200, b""))
    assert 0 < len(memory) <= 1024
    assert b"x" * 20_000 not in memory
