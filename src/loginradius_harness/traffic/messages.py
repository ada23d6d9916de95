"""Pass HTTP/1.1 messages from one connection to another, byte for byte, and keep what is needed to judge them."""

import asyncio
import zlib
from dataclasses import dataclass, field

from loginradius_harness.traffic.exchange import LARGEST_BODY

CHUNK = 65_536  # bytes
LARGEST_HEAD = 262_144  # bytes
END_OF_HEAD, END_OF_LINE = b"\r\n\r\n", b"\r\n"
BODILESS = frozenset({204, 304})
FIRST_FINAL = 200  # lower statuses announce the answer


@dataclass
class Message:
    """A request or an answer. Its body is what has passed so far, without the framing of chunks."""

    raw_head: bytes
    first_line: list[str]
    headers: dict[str, str]  # by name in lower case
    body: bytearray = field(default_factory=bytearray)
    too_large: bool = False

    @classmethod
    def parse(cls, head: bytes) -> "Message":
        """Read a head, which ends with an empty line."""
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines if line)
        return cls(head, first.split(maxsplit=2), {name.strip().lower(): value.strip() for name, _, value in pairs})

    @property
    def method(self) -> str:
        """The method of a request."""
        return self.first_line[0].upper() if self.first_line else ""

    @property
    def target(self) -> str:
        """The target of a request.

        Raises:
            ValueError: the first line has none.
        """
        return self._word(1)

    @property
    def status(self) -> int:
        """The status of an answer.

        Raises:
            ValueError: the first line has none.
        """
        return int(self._word(1))

    def _word(self, number: int) -> str:
        if len(self.first_line) <= number:
            raise ValueError(f"not the first line of an HTTP message: {self.first_line}")
        return self.first_line[number]

    def keep(self, part: bytes) -> None:
        """Keep a part of the body, unless it grows too large to be judged."""
        if len(self.body) + len(part) > LARGEST_BODY:
            self.too_large = True
        else:
            self.body += part

    def text(self) -> str | None:
        """Return the body as text; None where it is too large, no text, or compressed in a way that is not read."""
        if self.too_large:
            return None
        encoding = self.headers.get("content-encoding", "").strip().lower()
        try:
            if encoding in {"gzip", "deflate"}:
                reader = zlib.decompressobj(zlib.MAX_WBITS | 32)
                raw = reader.decompress(bytes(self.body), LARGEST_BODY)
                return None if reader.unconsumed_tail else raw.decode("utf-8")
            return bytes(self.body).decode("utf-8") if encoding in {"", "identity"} else None
        except (zlib.error, ValueError):
            return None


async def read_head(reader: asyncio.StreamReader) -> Message | None:
    """Read the next head; None where the connection ends before it.

    Raises:
        ConnectionError: the connection ends within it.
        asyncio.LimitOverrunError: it is too long.
    """
    try:
        return Message.parse(await reader.readuntil(END_OF_HEAD))
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise ConnectionError from None
        return None


class Outlet:
    """Writes to a connection. Parts wait until `flush`, so that a head leaves together with the body's beginning."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._parts = bytearray()

    def write(self, part: bytes) -> None:
        """Add a part."""
        self._parts += part

    async def flush(self) -> None:
        """Send all parts."""
        if self._parts:
            self._writer.write(bytes(self._parts))
            self._parts.clear()
            await self._writer.drain()


async def pass_request(request: Message, head: bytes, reader: asyncio.StreamReader, outlet: Outlet) -> None:
    """Pass a request on as it comes, with `head` as its head.

    Raises:
        ValueError: the length of its body cannot be read.
        ConnectionError: the connection ends within it.
    """
    outlet.write(head)
    if "expect" in request.headers:  # the client waits for an interim answer before it sends the body
        await outlet.flush()
    await _pass_framed(request, reader, outlet)
    await outlet.flush()


async def pass_answer(answer: Message, method: str, reader: asyncio.StreamReader, outlet: Outlet) -> None:
    """Pass an answer to a request with `method` on as it comes. Raises as `pass_request`."""
    outlet.write(answer.raw_head)
    has_body = method != "HEAD" and answer.status not in BODILESS and answer.status >= FIRST_FINAL
    if has_body and not await _pass_framed(answer, reader, outlet):
        await outlet.flush()
        while block := await reader.read(CHUNK):
            await _pass(answer, block, outlet)
    await outlet.flush()


async def _pass_framed(message: Message, reader: asyncio.StreamReader, outlet: Outlet) -> bool:
    """Pass a body whose head tells where it ends; return whether it does."""
    if "chunked" in message.headers.get("transfer-encoding", "").lower():
        await _pass_chunks(message, reader, outlet)
        return True
    if length := message.headers.get("content-length"):
        await _pass_exactly(message, int(length), reader, outlet)
        return True
    return False


async def _pass_chunks(message: Message, reader: asyncio.StreamReader, outlet: Outlet) -> None:
    while True:
        line = await _line(reader)
        outlet.write(line)
        size = int(line.partition(b";")[0], 16)
        if not size:
            break
        await _pass_exactly(message, size, reader, outlet)
        outlet.write(await _line(reader))
        await outlet.flush()
    while line != END_OF_LINE:  # trailers
        line = await _line(reader)
        outlet.write(line)


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(END_OF_LINE)
    except asyncio.IncompleteReadError:
        raise ConnectionError from None


async def _pass_exactly(message: Message, length: int, reader: asyncio.StreamReader, outlet: Outlet) -> None:
    while length > 0:
        block = await reader.read(min(length, CHUNK))
        if not block:
            await outlet.flush()
            raise ConnectionError
        await _pass(message, block, outlet)
        length -= len(block)


async def _pass(message: Message, block: bytes, outlet: Outlet) -> None:
    outlet.write(block)
    message.keep(block)
    await outlet.flush()


async def pass_rest(reader: asyncio.StreamReader, outlet: Outlet) -> None:
    """Pass on what is no HTTP that can be read."""
    await outlet.flush()
    while block := await reader.read(CHUNK):
        outlet.write(block)
        await outlet.flush()
