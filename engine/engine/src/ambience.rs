//! The clock and randomness of a process.
//!
//! With a seed and a fixed clock, which tests give, both are the same every time. There is one [`Ambience`] for
//! everything that asks, so that no two draws are alike by accident.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use wb_core::time::{Moment, Zoned};

/// The clock and randomness. Cheap to clone; clones draw from the same source.
#[derive(Clone, Debug)]
pub struct Ambience {
    fixed: Option<Moment>,
    source: Arc<Mutex<Source>>,
}

#[derive(Debug)]
enum Source {
    /// The system's, opened when it is first needed.
    System(Option<File>),
    /// Numbered draws from a key.
    Seeded { key: [u8; 32], next: u64 },
}

/// A variable that fixes the clock or randomness holds something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotATime(pub String);

impl Ambience {
    /// The system's, unless `seed` or `now` fix them.
    ///
    /// # Errors
    /// Where `now` is not a time as RFC 3339 has it.
    pub fn new(seed: Option<&str>, now: Option<&str>) -> Result<Self, NotATime> {
        let fixed = match now {
            None => None,
            Some(text) => {
                let zoned: Zoned = text.parse().map_err(|_| NotATime(text.to_owned()))?;
                Some(zoned.moment)
            }
        };
        let source = match seed {
            None => Source::System(None),
            Some(seed) => {
                Source::Seeded { key: blake3::derive_key("wb 2026 seed", seed.as_bytes()), next: 0 }
            }
        };
        Ok(Self { fixed, source: Arc::new(Mutex::new(source)) })
    }

    /// The system's.
    #[must_use]
    pub fn system() -> Self {
        Self { fixed: None, source: Arc::new(Mutex::new(Source::System(None))) }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.fixed.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Moment {
                seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
                nanoseconds: since.subsec_nanos(),
            }
        })
    }

    /// Fills `bytes` with random ones, fit for keys.
    ///
    /// # Panics
    /// Where the system has no randomness to give: going on with any other would be worse.
    pub fn random(&self, bytes: &mut [u8]) {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *source {
            Source::Seeded { key, next } => {
                let mut hasher = blake3::Hasher::new_keyed(key);
                hasher.update(&next.to_le_bytes());
                *next += 1;
                hasher.finalize_xof().fill(bytes);
            }
            Source::System(file) => {
                let drawn = match file {
                    Some(file) => file.read_exact(bytes),
                    None => File::open("/dev/urandom")
                        .and_then(|opened| file.insert(opened).read_exact(bytes)),
                };
                drawn.expect("the system gives random bytes");
            }
        }
    }

    /// Makes what is drawn from now on depend on something more, where a seed fixes it: two commands with one seed must
    /// not draw one id for two runs.
    pub fn stir(&self, with: &[u8]) {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        if let Source::Seeded { key, .. } = &mut *source {
            *key = *blake3::keyed_hash(key, with).as_bytes();
        }
    }

    /// What one of many tasks, or one place of the configuration, draws from; nothing where no seed fixes it.
    pub(crate) fn fork(&self, name: &dyn std::fmt::Display) -> Option<Self> {
        let source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        let Source::Seeded { key, .. } = &*source else { return None };
        let key = *blake3::keyed_hash(key, name.to_string().as_bytes()).as_bytes();
        let source = Arc::new(Mutex::new(Source::Seeded { key, next: 0 }));
        Some(Self { fixed: self.fixed, source })
    }

    /// A fresh UUID.
    #[must_use]
    pub fn uuid(&self) -> String {
        let mut bytes = [0; 16];
        self.random(&mut bytes);
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut text = String::with_capacity(36);
        for (n, byte) in bytes.iter().enumerate() {
            if matches!(n, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

impl wb_sdk::Ambient for Ambience {
    fn now(&self) -> Moment {
        Ambience::now(self)
    }

    fn random(&self, bytes: &mut [u8]) {
        Ambience::random(self, bytes);
    }

    fn of_task(&self, name: &dyn std::fmt::Display) -> Option<Arc<dyn wb_sdk::Ambient>> {
        self.fork(name).map(|own| Arc::new(own) as Arc<dyn wb_sdk::Ambient>)
    }
}

impl wb_store::Ambient for Ambience {
    fn random(&mut self) -> u128 {
        let mut bytes = [0; 16];
        Ambience::random(self, &mut bytes);
        u128::from_le_bytes(bytes)
    }

    fn now(&mut self) -> String {
        Ambience::now(self).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_fixes_what_is_drawn() {
        let draw = |seed| {
            let ambience = Ambience::new(Some(seed), Some("2026-01-02T03:04:05Z")).unwrap();
            (ambience.uuid(), ambience.clone().uuid(), ambience.now().to_string())
        };
        let (first, second, now) = draw("1");
        assert_ne!(first, second);
        assert_eq!(now, "2026-01-02T03:04:05Z");
        assert_eq!(draw("1"), (first.clone(), second, now));
        assert_ne!(draw("2").0, first);
        assert_eq!(&first[14..15], "4");
        assert!(Ambience::new(None, Some("today")).is_err());
        let stirred = Ambience::new(Some("1"), None).unwrap();
        stirred.stir(b"x");
        assert_ne!(stirred.uuid(), draw("1").0);
    }

    #[test]
    fn tasks_draw_for_themselves() {
        let drawn = |order: [&str; 2]| {
            let ambience = Ambience::new(Some("1"), None).unwrap();
            let mut drawn =
                order.map(|name| (name.to_owned(), ambience.fork(&name).unwrap().uuid()));
            drawn.sort();
            (drawn, ambience.uuid())
        };
        assert_eq!(drawn(["a", "b"]), drawn(["b", "a"]));
        let (tasks, rest) = drawn(["a", "b"]);
        assert!(tasks[0].1 != tasks[1].1 && tasks[0].1 != rest);
        assert!(Ambience::new(None, None).unwrap().fork(&"a").is_none());
    }

    #[test]
    fn the_systems_randomness_is_not_repeated() {
        let ambience = Ambience::new(None, None).unwrap();
        assert_ne!(ambience.uuid(), ambience.uuid());
    }
}
