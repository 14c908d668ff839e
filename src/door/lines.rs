//! Reads lines from a stream, up to a maximum length. Reading can be interrupted and continued.

use std::io;
use std::ops::Range;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The maximum number of bytes of a line, unless another one is set.
pub const MAX_LINE: usize = 64 << 20;

/// The number of free bytes that the buffer has before the first read, and before a read if those before filled the
/// buffer.
const SPACE: (usize, usize) = (64 << 10, 512 << 10);
/// A larger buffer is freed when it is empty.
const KEEP: usize = 1 << 20;

/// The lines of a stream.
pub(super) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    /// The index of the next line in the buffer.
    at: usize,
    /// The index in the buffer up to which no line feed was found.
    searched: usize,
    max: usize,
    ended: bool,
    /// The number of free bytes for the next read.
    space: usize,
}

/// What comes next in the buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NextLine {
    /// A line, without its line feed, as a range of the buffer.
    Line(Range<usize>),
    /// More bytes must be read.
    Partial,
    /// The line has more bytes than allowed.
    TooLong,
    /// The stream has ended.
    End,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub fn new(input: R, max: usize) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            at: 0,
            searched: 0,
            max,
            ended: false,
            space: SPACE.0,
        }
    }

    /// Takes the next line out of the buffer. A last line without a line feed counts as one.
    pub fn take(&mut self) -> NextLine {
        let newline = memchr::memchr(b'\n', self.rest_from(self.searched));
        let (end, next) = match newline {
            Some(found) => (self.searched + found, self.searched + found + 1),
            None => {
                self.searched = self.buffer.len();
                match self.ended {
                    true if self.at < self.buffer.len() => (self.buffer.len(), self.buffer.len()),
                    true => return NextLine::End,
                    false if self.buffer.len() - self.at > self.max => return NextLine::TooLong,
                    false => return NextLine::Partial,
                }
            }
        };
        if end - self.at > self.max {
            return NextLine::TooLong;
        }
        let line = self.at..end;
        self.at = next;
        self.searched = next;
        NextLine::Line(line)
    }

    /// Takes all whole lines out of the buffer, with their line feeds, if they have at least `least` bytes together and
    /// none can be too long.
    pub fn take_many(&mut self, least: usize) -> Option<Vec<u8>> {
        let rest = self.partial();
        if rest.len() < least || rest.len() > self.max {
            return None;
        }
        let last = memchr::memrchr(b'\n', self.rest_from(self.searched))?;
        let length = self.searched - self.at + last + 1;
        if length < least {
            return None;
        }
        let lines = rest.get(..length)?.to_vec();
        self.at += length;
        self.searched = self.at;
        Some(lines)
    }

    /// The bytes of a line that was just taken.
    pub fn bytes(&self, line: Range<usize>) -> &[u8] {
        self.buffer.get(line).unwrap_or_default()
    }

    /// The bytes of the next line that have been read so far.
    pub fn partial(&self) -> &[u8] {
        self.rest_from(self.at)
    }

    fn rest_from(&self, start: usize) -> &[u8] {
        self.buffer.get(start..).unwrap_or_default()
    }

    /// Reads what is available. Nothing is lost if the future is dropped.
    pub async fn read(&mut self) -> io::Result<()> {
        if self.at == self.buffer.len() {
            match self.buffer.capacity() > KEEP {
                true => self.buffer = Vec::new(),
                false => self.buffer.clear(),
            }
        } else {
            self.buffer.drain(..self.at);
        }
        self.searched -= self.at;
        self.at = 0;
        self.buffer.reserve(self.space);
        let count = self.input.read_buf(&mut self.buffer).await?;
        self.ended |= count == 0;
        if count >= self.space {
            self.space = SPACE.1;
        }
        Ok(())
    }

    /// Reads and drops everything up to the end of the stream, except what has been read before.
    pub async fn drain(&mut self) -> io::Result<()> {
        let mut dropped = vec![0; SPACE.0];
        while self.input.read(&mut dropped).await? > 0 {}
        Ok(())
    }

    /// Reads and drops everything up to the end of the stream, and also what has been read before.
    pub async fn skip_rest(&mut self) -> io::Result<()> {
        self.buffer = Vec::new();
        (self.at, self.searched) = (0, 0);
        self.drain().await
    }

    /// The next line; `None` at the end of the stream.
    ///
    /// # Errors
    /// If the stream cannot be read, or the line is too long.
    pub async fn next_line(&mut self) -> io::Result<Option<&[u8]>> {
        loop {
            match self.take() {
                NextLine::Line(line) => return Ok(Some(self.bytes(line))),
                NextLine::End => return Ok(None),
                NextLine::TooLong => return Err(io::Error::other(TooLong(self.max))),
                NextLine::Partial => self.read().await?,
            }
        }
    }
}

/// A line has more bytes than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line has more than {0} bytes")]
pub(super) struct TooLong(pub usize);

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use tokio::io::ReadBuf;

    use super::*;

    /// Returns one byte at a time.
    struct OneByOne<'a>(&'a [u8]);

    impl AsyncRead for OneByOne<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            if let Some((first, rest)) = self.0.split_first() {
                buffer.put_slice(&[*first]);
                self.0 = rest;
            }
            Poll::Ready(Ok(()))
        }
    }

    async fn read(input: impl AsyncRead + Unpin, max: usize) -> Vec<Option<String>> {
        let mut lines = Lines::new(input, max);
        let mut found = Vec::new();
        loop {
            match lines.next_line().await {
                Ok(Some(line)) => found.push(Some(String::from_utf8(line.to_vec()).unwrap())),
                Ok(None) => return found,
                Err(_) => {
                    found.push(None);
                    return found;
                }
            }
        }
    }

    #[tokio::test]
    async fn lines_are_the_same_however_they_arrive() {
        for (text, max, lines) in [
            ("", 9, &[][..]),
            ("a\n\nbc\n", 9, &[Some("a"), Some(""), Some("bc")][..]),
            ("a\nbc", 2, &[Some("a"), Some("bc")]),
            ("a\nbcd\ne", 2, &[Some("a"), None]),
            ("abc", 2, &[None]),
        ] {
            let lines: Vec<_> = lines.iter().map(|line| line.map(str::to_string)).collect();
            assert_eq!(read(text.as_bytes(), max).await, lines, "{text:?}");
            assert_eq!(read(OneByOne(text.as_bytes()), max).await, lines, "{text:?}");
        }
        let long = format!("{}\nx\n", "y".repeat(5 << 20));
        let lines = read(long.as_bytes(), MAX_LINE).await;
        assert_eq!(
            (lines[0].as_ref().unwrap().len(), &lines[1]),
            (5 << 20, &Some("x".to_string()))
        );
    }
}
