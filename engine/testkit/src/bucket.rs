//! A bucket in memory, whose server can be slow to answer, die, or lie.
//!
//! Entity tags are digests of content, as in S3: a body that comes back brings its tag back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use wb_state::Digest;
use wb_store::remote::{Bucket, BucketError, Clock, Condition, Got, Listed, Listing, Put};

/// What goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mishap {
    /// Requests from this one on do not arrive.
    CutOff,
    /// This request arrives, its reply and all requests after it do not.
    LastWords,
    /// This request does not arrive.
    Lost,
    /// This request arrives, its reply does not.
    ReplyLost,
}

#[derive(Clone, Debug)]
struct Stored {
    bytes: Vec<u8>,
    note: Option<String>,
    modified: i64,
}

#[derive(Default, Debug)]
struct World {
    objects: BTreeMap<String, Stored>,
    /// Seconds since the beginning.
    now: Duration,
    log: Vec<String>,
    mishap: Option<(usize, Mishap)>,
    ignores_conditions: bool,
}

/// A bucket and the clock of all its users. Clones are the same bucket.
#[derive(Clone, Default, Debug)]
pub struct SimBucket(Arc<Mutex<World>>);

impl SimBucket {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server stops honouring conditions.
    pub fn ignore_conditions(&self) {
        self.world().ignores_conditions = true;
    }

    /// Time passes, for all.
    pub fn pass(&self, time: Duration) {
        self.world().now += time;
    }

    /// What goes wrong, at the request with this number, the first being 1.
    pub fn arm(&self, at: usize, mishap: Mishap) {
        self.world().mishap = Some((at, mishap));
    }

    /// Everything works again.
    pub fn disarm(&self) {
        self.world().mishap = None;
    }

    /// All requests so far.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.world().log.clone()
    }

    /// The keys of all objects.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.world().objects.keys().cloned().collect()
    }

    #[must_use]
    pub fn bytes(&self, key: &str) -> Option<Vec<u8>> {
        self.world().objects.get(key).map(|stored| stored.bytes.clone())
    }

    /// Puts an object there, as another program does.
    pub fn place(&self, key: &str, bytes: &[u8]) {
        let mut world = self.world();
        let modified = seconds(world.now);
        world
            .objects
            .insert(key.to_owned(), Stored { bytes: bytes.to_vec(), note: None, modified });
    }

    fn request<T>(
        &self,
        what: String,
        act: impl FnOnce(&mut World) -> Result<T, BucketError>,
    ) -> Result<T, BucketError> {
        let mut world = self.world();
        world.log.push(what);
        let number = world.log.len();
        let mishap = world.mishap.and_then(|(at, mishap)| match mishap {
            Mishap::CutOff | Mishap::LastWords if number > at => Some(Mishap::CutOff),
            _ => (number == at).then_some(mishap),
        });
        let lost = || BucketError::Unclear("there is no answer".to_owned());
        match mishap {
            Some(Mishap::CutOff | Mishap::Lost) => Err(lost()),
            Some(Mishap::ReplyLost | Mishap::LastWords) => act(&mut world).and(Err(lost())),
            None => act(&mut world),
        }
    }
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", Digest::of_bytes(bytes))
}

impl Bucket for SimBucket {
    fn name(&self) -> String {
        "sim://bucket".to_owned()
    }

    fn server(&self) -> String {
        "sim".to_owned()
    }

    fn get(&self, key: &str) -> Result<Option<Got>, BucketError> {
        self.request(format!("GET {key}"), |world| {
            let stored = world.objects.get(key);
            Ok(stored.map(|s| Got { bytes: s.bytes.clone(), etag: etag(&s.bytes) }))
        })
    }

    fn note(&self, key: &str) -> Result<Option<String>, BucketError> {
        self.request(format!("HEAD {key}"), |world| {
            Ok(world.objects.get(key).and_then(|s| s.note.clone()))
        })
    }

    fn put(&self, key: &str, put: &Put<'_>) -> Result<String, BucketError> {
        self.request(format!("PUT {key}"), |world| {
            let there = world.objects.get(key).map(|s| etag(&s.bytes));
            let holds = match put.condition {
                Condition::Always => true,
                Condition::Absent => there.is_none(),
                Condition::Match(tag) => there.as_deref() == Some(tag),
            };
            if !holds && !world.ignores_conditions {
                return Err(BucketError::Condition);
            }
            let stored = Stored {
                bytes: put.bytes.to_vec(),
                note: put.note.map(str::to_owned),
                modified: seconds(world.now),
            };
            world.objects.insert(key.to_owned(), stored);
            Ok(etag(put.bytes))
        })
    }

    fn list(&self, prefix: &str) -> Result<Listing, BucketError> {
        self.request(format!("LIST {prefix}"), |world| {
            let found = world.objects.iter().filter(|(key, _)| key.starts_with(prefix));
            let objects =
                found.map(|(key, s)| Listed { key: key.clone(), modified: s.modified }).collect();
            Ok(Listing { objects, now: seconds(world.now) })
        })
    }

    fn delete(&self, keys: &[String]) -> Result<(), BucketError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.request(format!("DELETE {}", keys.join(" ")), |world| {
            keys.iter().for_each(|key| drop(world.objects.remove(key)));
            Ok(())
        })
    }
}

impl Clock for SimBucket {
    fn uptime(&self) -> Duration {
        self.world().now
    }

    fn sleep(&self, time: Duration) {
        self.pass(time);
    }
}
