//! How much an evaluation may make.

use wb_core::value::Value;

/// What an evaluation may make where nobody says otherwise, in bytes. A plan of a hundred thousand resources keeps to a
/// fifth of it in any one expression; ten lists each of ten times the one before do not.
pub const DEFAULT_LIMIT: usize = 128 << 20;

/// What a part of a value takes of the limit wherever it is written out, as it must be to be shown or stored.
const PART: usize = 32;

/// What is left of a limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    pub(super) limit: usize,
    left: usize,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, left: limit }
    }

    /// Takes so many bytes; whether there were as many.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    pub(super) fn has(&self, bytes: usize) -> bool {
        bytes <= self.left
    }

    /// Whether a result is beyond the limit when it is written out, where what is shared in memory is there each time.
    pub(super) fn is_beyond(&self, value: &Value) -> bool {
        let size = value.size();
        // The size counts a part as eight bytes.
        if size <= self.limit / (PART / 8) {
            return false;
        }
        let most = self.limit / PART;
        let mut parts = 0;
        value.walk(&mut |_, _| {
            parts += 1;
            parts <= most
        });
        size > self.limit || parts > most
    }

    /// The limit as people read it.
    pub(super) fn words(&self) -> String {
        const MEBIBYTE: usize = 1 << 20;
        match self.limit {
            limit if limit >= MEBIBYTE => format!("{} MiB", limit / MEBIBYTE),
            limit => format!("{limit} bytes"),
        }
    }
}
