//! Where random choices come from: the machine, or a seed that the user gave.

use wb_sdk::Ambient;

/// A stream of random bytes.
pub(crate) enum Source<'a> {
    Machine(&'a dyn Ambient),
    Seed(Box<blake3::OutputReader>),
}

impl<'a> Source<'a> {
    /// The same stream for the same seed, always; a fresh one without.
    pub(crate) fn new(ambient: &'a dyn Ambient, seed: Option<&str>) -> Self {
        match seed.filter(|seed| !seed.is_empty()) {
            Some(seed) => {
                let mut hasher = blake3::Hasher::new();
                hasher.update(seed.as_bytes());
                Self::Seed(Box::new(hasher.finalize_xof()))
            }
            None => Self::Machine(ambient),
        }
    }

    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        match self {
            Self::Machine(ambient) => ambient.random(bytes),
            Self::Seed(stream) => stream.fill(bytes),
        }
    }

    fn number(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number below `limit`, all equally likely. `limit` is at least 1.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        // Numbers from the incomplete last span would make the low ones likelier.
        let spans = u64::MAX - u64::MAX % limit;
        loop {
            let number = self.number();
            if number < spans {
                return number % limit;
            }
        }
    }

    pub(crate) fn choose<'b, T>(&mut self, from: &'b [T]) -> Option<&'b T> {
        let position = (!from.is_empty()).then(|| self.below(from.len() as u64))?;
        from.get(usize::try_from(position).unwrap_or_default())
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.below(i as u64 + 1);
            items.swap(i, usize::try_from(j).unwrap_or_default());
        }
    }
}

/// A random UUID, of version 4.
pub(crate) fn uuid(ambient: &dyn Ambient) -> String {
    let mut bytes = [0; 16];
    ambient.random(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    format_uuid(&bytes)
}

pub(crate) fn format_uuid(bytes: &[u8; 16]) -> String {
    let hex = hex(bytes);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    parts.join("-")
}

/// Lower case, two digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS[usize::from(n)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeded(seed: &str) -> Source<'static> {
        #[derive(Debug)]
        struct Nothing;
        impl Ambient for Nothing {
            fn now(&self) -> wb_core::time::Moment {
                wb_core::time::Moment::EPOCH
            }
            fn random(&self, bytes: &mut [u8]) {
                bytes.fill(0);
            }
        }
        Source::new(&Nothing, Some(seed))
    }

    #[test]
    fn a_seed_fixes_the_stream() {
        let draw = |seed: &str| (0..5).map(|_| seeded(seed).below(1000)).collect::<Vec<_>>();
        assert_eq!(draw("a"), draw("a"));
        assert_ne!(seeded("a").number(), seeded("b").number());
    }

    #[test]
    fn choices_stay_below_the_limit_and_reach_it() {
        let mut source = seeded("x");
        let mut seen = [0; 3];
        for _ in 0..300 {
            seen[usize::try_from(source.below(3)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|n| *n > 50), "{seen:?}");
        assert_eq!(source.choose::<u8>(&[]), None);
    }

    #[test]
    fn a_shuffle_keeps_everything() {
        let mut items: Vec<u32> = (0..50).collect();
        seeded("x").shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn uuids_are_written_in_five_groups() {
        let text = format_uuid(&[0x12; 16]);
        assert_eq!(text, "12121212-1212-1212-1212-121212121212");
    }
}
