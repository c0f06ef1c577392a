//! Lines out of bytes, as they come.

use std::collections::VecDeque;

use super::Said;

/// How much of what a failed command printed is repeated.
const SHOWN: usize = 8 << 10;
/// A line that is longer is told in pieces.
const LONGEST: usize = 64 << 10;

/// Makes lines of bytes, and keeps the last ones.
pub(super) struct Lines<'a> {
    said: &'a Said,
    line: Vec<u8>,
    last: VecDeque<u8>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(said: &'a Said) -> Self {
        Self { said, line: Vec::new(), last: VecDeque::new() }
    }

    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.last.extend(bytes);
        self.last.drain(..self.last.len().saturating_sub(SHOWN));
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.line.len() >= LONGEST {
                self.tell();
            }
        }
    }

    fn tell(&mut self) {
        let text = String::from_utf8_lossy(&self.line);
        self.said.line(text.trim_end_matches(['\n', '\r']));
        self.line.clear();
    }

    /// Tells what is left; gives the last of all.
    pub(super) fn end(mut self) -> String {
        if !self.line.is_empty() {
            self.tell();
        }
        let last: Vec<u8> = self.last.into();
        String::from_utf8_lossy(&last).into_owned()
    }
}
