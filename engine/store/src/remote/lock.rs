//! The lock: Terraform's object, which wb holds on a lease.

use std::time::Duration;

use super::attempts::Attempts;
use super::bucket::{Condition, Put};
use super::layout::{Layout, Part};
use super::pump::{Pump, SILENCE};
use crate::local::area::Area;
use crate::local::write_plainly;
use crate::{Disk, DiskFile, LockInfo, Open, StoreError};

/// The lock while it is ours.
#[derive(Debug)]
pub(super) struct Held {
    info: LockInfo,
    etag: String,
    renewals: u64,
    /// It was lost: nothing brings it back.
    fenced: bool,
    /// Locked as long as this process lives, so that others on this machine need not wait for the lease to run out.
    _alive: Option<Box<dyn DiskFile>>,
}

/// Takes the lock, or takes it over from a holder of whom nothing is heard. Gives when the request was sent.
pub(super) fn take(
    attempts: &Attempts,
    layout: &Layout,
    disk: &dyn Disk,
    area: &Area,
    mut info: LockInfo,
) -> Result<(Held, Duration), StoreError> {
    info.path = attempts.path(&layout.state).display().to_string();
    info.path = info.path.trim_start_matches("s3://").to_owned();
    info.mark(0, 0);
    let key = layout.lock();
    let sent = attempts.clock.uptime();
    let mut etag = put(attempts, &key, &info, Condition::Absent)?;
    let mut sent_last = sent;
    if etag.is_none() {
        let held = |holder: Option<LockInfo>| StoreError::Held {
            path: attempts.path(&layout.state),
            holder: holder.map(Box::new),
            far: true,
        };
        // Given back just now: asking again takes it.
        let Some(there) = attempts.get(&key)? else { return Err(held(None)) };
        let Ok(holder) = serde_json::from_slice::<LockInfo>(&there.bytes) else {
            return Err(held(None));
        };
        let dead = holder.is_ours()
            && (is_dead_here(disk, area, &holder.id) || is_silent(attempts, layout)?);
        if !dead {
            return Err(held(Some(holder)));
        }
        info.mark(holder.epoch() + 1, 0);
        sent_last = attempts.clock.uptime();
        etag = put(attempts, &key, &info, Condition::Match(&there.etag))?;
        if etag.is_none() {
            return Err(held(None));
        }
    }
    let Some(etag) = etag else { return Err(StoreError::NotLocked) };
    let alive = sign(disk, area, &info);
    Ok((Held { info, etag, renewals: 0, fenced: false, _alive: alive }, sent_last))
}

fn put(
    attempts: &Attempts,
    key: &str,
    info: &LockInfo,
    condition: Condition<'_>,
) -> Result<Option<String>, StoreError> {
    let bytes = serde_json::to_vec(info).map_err(|e| StoreError::Encode(e.to_string()))?;
    attempts.put(key, &Put { bytes: &bytes, condition, note: None })
}

/// Whether nothing was heard of the holder for long, by the server's clock.
fn is_silent(attempts: &Attempts, layout: &Layout) -> Result<bool, StoreError> {
    let listing = attempts.list(&layout.beside())?;
    let signs = listing.objects.iter().filter(|object| {
        matches!(
            layout.part(&object.key),
            Some(Part::Lock | Part::Beat | Part::Segment { .. } | Part::RunBeat { .. })
        )
    });
    let last = signs.map(|object| object.modified).max();
    Ok(last.is_some_and(|last| listing.now - last >= SILENCE))
}

/// Whether the holder was a process of this machine that is gone.
fn is_dead_here(disk: &dyn Disk, area: &Area, id: &str) -> bool {
    let read = disk.read(&area.dir.join("lock.info")).ok();
    let info: Option<LockInfo> = read.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if info.is_none_or(|info| info.id != id) {
        return false;
    }
    let file = disk.open(&area.dir.join("lock"), Open::Existing);
    file.is_ok_and(|mut file| file.is_locked().is_ok_and(|locked| !locked))
}

/// Leaves word on this machine of who holds the lock. Where that cannot be, others wait for the lease.
fn sign(disk: &dyn Disk, area: &Area, info: &LockInfo) -> Option<Box<dyn DiskFile>> {
    let mut file = disk.open(&area.dir.join("lock"), Open::Either).ok()?;
    if !file.try_lock().ok()? {
        return None;
    }
    let text = serde_json::to_vec(info).ok()?;
    write_plainly(disk, &area.dir.join("lock.info"), &text).ok()?;
    Some(file)
}

impl Held {
    pub(super) fn info(&self) -> &LockInfo {
        &self.info
    }

    pub(super) fn epoch(&self) -> u64 {
        self.info.epoch()
    }

    /// Makes sure that the lock is ours.
    pub(super) fn check(
        &mut self,
        attempts: &Attempts,
        layout: &Layout,
        pump: &Pump,
    ) -> Result<(), StoreError> {
        let fenced = || StoreError::Fenced { path: attempts.path(&layout.state) };
        if self.fenced {
            return Err(fenced());
        }
        if pump.is_fresh() {
            return Ok(());
        }
        self.renewals += 1;
        let mut info = self.info.clone();
        info.mark(self.info.epoch(), self.renewals);
        let sent = attempts.clock.uptime();
        match put(attempts, &layout.lock(), &info, Condition::Match(&self.etag))? {
            Some(etag) => {
                self.etag = etag;
                self.info = info;
                pump.renewed(sent);
                Ok(())
            }
            None => {
                self.fenced = true;
                Err(fenced())
            }
        }
    }

    /// Gives the lock back, and removes the sign of life. One that is not ours stays.
    pub(super) fn release(
        mut self,
        attempts: &Attempts,
        layout: &Layout,
        (disk, area): (&dyn Disk, &Area),
        pump: Pump,
        found_beat: bool,
    ) -> Result<(), StoreError> {
        let ours = match self.check(attempts, layout, &pump) {
            Ok(()) => true,
            Err(StoreError::Fenced { .. }) => false,
            Err(error) => return Err(error),
        };
        let beat = pump.stop() || found_beat;
        // It names nobody any more.
        disk.remove(&area.dir.join("lock.info")).unwrap_or_default();
        if !ours {
            return Ok(());
        }
        let keys: Vec<String> =
            std::iter::once(layout.lock()).chain(beat.then(|| layout.beat())).collect();
        attempts.delete(&keys)
    }
}
