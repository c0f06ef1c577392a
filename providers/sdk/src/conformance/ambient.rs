//! A clock that stands and randomness that repeats.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use wb_core::time::Moment;

use crate::context::Ambient;

/// The same clock and randomness in every run of a test.
#[derive(Debug, Default)]
pub struct Seeded {
    state: AtomicU64,
    seconds: AtomicI64,
}

impl Seeded {
    /// Lets the clock go on.
    pub fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Ambient for Seeded {
    /// 2026-01-01T00:00:00Z, and what has passed since.
    fn now(&self) -> Moment {
        Moment::from_unix(1_767_225_600 + self.seconds.load(Ordering::Relaxed))
    }

    /// SplitMix64: good enough to be different, and no secret depends on it.
    fn random(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let state = self.state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let word = (z ^ (z >> 31)).to_le_bytes();
            chunk.iter_mut().zip(word).for_each(|(to, from)| *to = from);
        }
    }
}
