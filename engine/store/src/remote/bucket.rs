//! What a store needs of a bucket, and of the clock.

use std::fmt;
use std::time::Duration;

/// Objects under names, written on conditions. S3 and all that speaks its protocol are such.
///
/// Every call is one request: trying again is the store's, which asks its fence before.
pub trait Bucket: Send + Sync + fmt::Debug {
    /// What users know it by, as in `s3://NAME`, and where it is.
    fn name(&self) -> String;

    /// The address of the server, to know it again.
    fn server(&self) -> String;

    /// Reads an object; nothing where there is none.
    ///
    /// # Errors
    /// As the server has them.
    fn get(&self, key: &str) -> Result<Option<Got>, BucketError>;

    /// The note that an object was written with.
    ///
    /// # Errors
    /// As the server has them.
    fn note(&self, key: &str) -> Result<Option<String>, BucketError>;

    /// Writes an object, in one step; gives its entity tag.
    ///
    /// # Errors
    /// [`BucketError::Condition`] where the condition fails; nothing was written then.
    fn put(&self, key: &str, put: &Put<'_>) -> Result<String, BucketError>;

    /// All objects whose keys begin so, and the time at the server.
    ///
    /// # Errors
    /// As the server has them.
    fn list(&self, prefix: &str) -> Result<Listing, BucketError>;

    /// Removes objects, with as few requests as there can be. Those that are not there do not matter.
    ///
    /// # Errors
    /// As the server has them.
    fn delete(&self, keys: &[String]) -> Result<(), BucketError>;
}

/// An object that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Got {
    pub bytes: Vec<u8>,
    /// The entity tag, as the server wrote it.
    pub etag: String,
}

/// What to write, and when.
#[derive(Clone, Copy, Debug)]
pub struct Put<'a> {
    pub bytes: &'a [u8],
    pub condition: Condition<'a>,
    /// Text that is kept beside the object. What has one is wb's own; what has none is Terraform's to read.
    pub note: Option<&'a str>,
}

/// When to write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Condition<'a> {
    Always,
    /// Where there is no such object.
    Absent,
    /// Where the object is still the one with this entity tag.
    Match(&'a str),
}

/// The objects that were found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Listing {
    pub objects: Vec<Listed>,
    /// When the server answered, in seconds since 1970 by its own clock.
    pub now: i64,
}

/// An object that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    pub key: String,
    /// When it was written, by the same clock.
    pub modified: i64,
}

/// Why a request failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BucketError {
    /// Its condition does not hold.
    Condition,
    /// There is no answer, or one that says to ask again: what was asked for may have happened.
    Unclear(String),
    /// It was refused.
    Refused(String),
}

impl fmt::Display for BucketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Condition => f.write_str("a condition of the request does not hold"),
            Self::Unclear(why) | Self::Refused(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for BucketError {}

/// The clock that leases are measured with.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time since the machine started, that in which it slept included.
    fn uptime(&self) -> Duration;
    fn sleep(&self, time: Duration);
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug)]
pub struct BootClock;

impl Clock for BootClock {
    fn uptime(&self) -> Duration {
        crate::disk::uptime()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
