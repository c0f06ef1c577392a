//! How much an evaluation may make.

/// What an evaluation may make where nobody says otherwise, in bytes. A plan of a hundred thousand resources keeps to a
/// fifth of it in any one expression; ten lists each of ten times the one before do not.
pub const DEFAULT_LIMIT: usize = 128 << 20;

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

    /// The limit as people read it.
    pub(super) fn words(&self) -> String {
        const MEBIBYTE: usize = 1 << 20;
        match self.limit {
            limit if limit >= MEBIBYTE => format!("{} MiB", limit / MEBIBYTE),
            limit => format!("{limit} bytes"),
        }
    }
}
