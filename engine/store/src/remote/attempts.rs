//! Requests that are tried again.
//!
//! A reply can be lost although the request arrived. So a conditional write that fails after such a reply is looked at:
//! every body is new (a nonce, a lock's ID), and if it is there, the write was ours.

use std::sync::Arc;
use std::time::Duration;

use super::bucket::{Bucket, BucketError, Clock, Got, Listing, Put};
use crate::StoreError;

/// A bucket, and the patience with it.
#[derive(Clone, Debug)]
pub(super) struct Attempts {
    pub(super) bucket: Arc<dyn Bucket>,
    pub(super) clock: Arc<dyn Clock>,
    /// How often a request is tried again.
    pub(super) retries: u32,
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Attempts {
    pub(super) fn get(&self, key: &str) -> Result<Option<Got>, StoreError> {
        self.again("read", key, || self.bucket.get(key))
    }

    pub(super) fn note(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.again("read", key, || self.bucket.note(key))
    }

    pub(super) fn list(&self, prefix: &str) -> Result<Listing, StoreError> {
        self.again("list", prefix, || self.bucket.list(prefix))
    }

    pub(super) fn delete(&self, keys: &[String]) -> Result<(), StoreError> {
        let Some(first) = keys.first() else { return Ok(()) };
        self.again("remove", first, || self.bucket.delete(keys))
    }

    /// Writes an object; nothing where the condition does not hold.
    pub(super) fn put(&self, key: &str, put: &Put<'_>) -> Result<Option<String>, StoreError> {
        let mut lost = false;
        let result = self.again("write", key, || match self.bucket.put(key, put) {
            Ok(etag) => Ok(Some(etag)),
            Err(BucketError::Condition) if lost => {
                let there = self.bucket.get(key)?;
                Ok(there.filter(|got| got.bytes == put.bytes).map(|got| got.etag))
            }
            Err(BucketError::Condition) => Ok(None),
            Err(error) => {
                lost |= matches!(error, BucketError::Unclear(_));
                Err(error)
            }
        });
        match result {
            // The last reply was lost as well: the object itself may say more.
            Err(error) if lost => match self.bucket.get(key) {
                Ok(Some(got)) if got.bytes == put.bytes => Ok(Some(got.etag)),
                _ => Err(error),
            },
            result => result,
        }
    }

    fn again<T>(
        &self,
        action: &'static str,
        key: &str,
        mut request: impl FnMut() -> Result<T, BucketError>,
    ) -> Result<T, StoreError> {
        let mut pause = FIRST_PAUSE;
        let mut left = self.retries;
        loop {
            match request() {
                Ok(done) => return Ok(done),
                Err(BucketError::Unclear(_)) if left > 0 => {
                    left -= 1;
                    self.clock.sleep(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(error) => {
                    let path = self.path(key);
                    return Err(StoreError::io(action, &path)(std::io::Error::other(error)));
                }
            }
        }
    }

    /// An object as errors name it.
    pub(super) fn path(&self, key: &str) -> std::path::PathBuf {
        format!("{}/{key}", self.bucket.name()).into()
    }
}
