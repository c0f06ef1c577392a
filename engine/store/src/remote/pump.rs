//! What goes to the bucket beside the work: copies of the journal, and signs of life.
//!
//! A holder of the lock is alive as long as something of its own is written every ten seconds. Others take the lock over
//! after a minute without, by the server's clock; the holder begins nothing later than half a minute after it *sent* the
//! last one that was acknowledged. So there is half a minute between the two, whatever the clocks say and the network
//! holds back.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use wb_state::RunId;

use super::attempts::Attempts;
use super::bucket::{Condition, Put};
use super::layout::Layout;
use crate::StoreError;

/// How long a holder may act on its last sign of life.
pub(super) const LEASE: Duration = Duration::from_secs(30);
/// How long others wait for the next one, in seconds at the server.
pub(super) const SILENCE: i64 = 60;
const BEAT: Duration = Duration::from_secs(10);
/// No more than a segment in this time, unless a step waits for it.
const SEGMENT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Pump {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    attempts: Attempts,
    layout: Layout,
    inner: Mutex<Inner>,
    wake: Condvar,
    /// One request at a time, so that segments stay in order.
    sending: Mutex<()>,
}

#[derive(Default, Debug)]
struct Inner {
    /// When the last acknowledged sign of life was sent.
    acknowledged: Duration,
    /// When something was last tried.
    tried: Duration,
    run: Option<Copies>,
    /// Whether a sign of life without a run was written.
    beaten: bool,
    stop: bool,
}

/// The copies of a run's journal.
#[derive(Debug)]
struct Copies {
    run: RunId,
    /// The number of the next segment.
    number: u64,
    waiting: Vec<u8>,
    beaten: bool,
}

impl Pump {
    /// Begins; in the background, if that is wanted. Something was acknowledged that was sent at `sent`.
    pub(super) fn start(
        attempts: Attempts,
        layout: Layout,
        sent: Duration,
        background: bool,
    ) -> Self {
        let inner = Inner { acknowledged: sent, tried: sent, ..Inner::default() };
        let shared = Arc::new(Shared {
            attempts,
            layout,
            inner: Mutex::new(inner),
            wake: Condvar::new(),
            sending: Mutex::new(()),
        });
        let thread = background.then(|| {
            let shared = Arc::clone(&shared);
            let body = move || shared.work();
            std::thread::Builder::new().name("wb-store".to_owned()).spawn(body).ok()
        });
        Self { shared, thread: thread.flatten() }
    }

    /// Whether the lock is surely still ours.
    pub(super) fn is_fresh(&self) -> bool {
        let inner = self.shared.inner();
        self.shared.attempts.clock.uptime() < inner.acknowledged + LEASE
    }

    /// The lock was renewed by a request that was sent then.
    pub(super) fn renewed(&self, sent: Duration) {
        self.shared.inner().acknowledged = sent;
    }

    /// A run begins.
    pub(super) fn begin(&self, run: RunId) {
        let copies = Copies { run, number: 0, waiting: Vec::new(), beaten: false };
        self.shared.inner().run = Some(copies);
    }

    pub(super) fn copier(&self) -> Copier {
        Copier { shared: Arc::clone(&self.shared), background: self.thread.is_some() }
    }

    /// The run has ended and is committed: no more of it is copied. Gives what may have been written.
    pub(super) fn end(&self, run: RunId) -> Vec<String> {
        let _sending = self.shared.sending();
        let mut inner = self.shared.inner();
        let Some(copies) = inner.run.take_if(|copies| copies.run == run) else {
            return Vec::new();
        };
        let layout = &self.shared.layout;
        let untouched = copies.number == 0 && copies.waiting.is_empty() && !copies.beaten;
        if untouched {
            return Vec::new();
        }
        let mut keys: Vec<String> =
            (0..=copies.number).map(|n| layout.segment(copies.run, n)).collect();
        if copies.beaten {
            keys.push(layout.run_beat(copies.run));
        }
        keys
    }

    /// Ends. Says whether there is a sign of life to remove.
    pub(super) fn stop(mut self) -> bool {
        self.join();
        self.shared.inner().beaten
    }

    fn join(&mut self) {
        self.shared.inner().stop = true;
        self.shared.wake.notify_all();
        if let Some(thread) = self.thread.take() {
            // Its panic was reported where it happened.
            thread.join().unwrap_or_default();
        }
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.join();
    }
}

/// Gives the journal's bytes to be copied.
#[derive(Clone, Debug)]
pub(super) struct Copier {
    shared: Arc<Shared>,
    background: bool,
}

impl Copier {
    /// Bytes that became durable here. Returns when they are durable there, if somebody waits for that.
    pub(super) fn copy(&self, bytes: &[u8], wait: bool) -> Result<(), StoreError> {
        {
            let mut inner = self.shared.inner();
            let Some(copies) = &mut inner.run else { return Ok(()) };
            copies.waiting.extend_from_slice(bytes);
        }
        if wait || !self.background {
            return self.shared.send(self.shared.attempts.retries, false);
        }
        self.shared.wake.notify_all();
        Ok(())
    }
}

impl Shared {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sending(&self) -> MutexGuard<'_, ()> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The thread.
    fn work(&self) {
        loop {
            let mut inner = self.inner();
            if inner.stop {
                return;
            }
            let waits = inner.run.as_ref().is_some_and(|copies| !copies.waiting.is_empty());
            let due = inner.tried + if waits { SEGMENT } else { BEAT };
            let now = self.attempts.clock.uptime();
            if now < due {
                let pause = due - now;
                inner =
                    self.wake.wait_timeout(inner, pause).map_or_else(|e| e.into_inner().0, |w| w.0);
                drop(inner);
                continue;
            }
            drop(inner);
            // What cannot be sent is tried again: the lease says how long that may go on.
            if self.send(0, true).is_err() {
                let mut inner = self.inner();
                let retry = self.attempts.clock.uptime() + SEGMENT;
                inner.tried = retry.saturating_sub(BEAT).max(inner.tried);
            }
        }
    }

    /// Sends what waits; where nothing does, a sign of life, if that is wanted.
    fn send(&self, retries: u32, beat: bool) -> Result<(), StoreError> {
        let _sending = self.sending();
        let sent = self.attempts.clock.uptime();
        let (key, bytes) = {
            let mut inner = self.inner();
            inner.tried = sent;
            let inner = &mut *inner;
            match &mut inner.run {
                Some(copies) if !copies.waiting.is_empty() => {
                    let key = self.layout.segment(copies.run, copies.number);
                    (key, std::mem::take(&mut copies.waiting))
                }
                _ if !beat => return Ok(()),
                Some(copies) => {
                    copies.beaten = true;
                    (self.layout.run_beat(copies.run), Vec::new())
                }
                None => {
                    inner.beaten = true;
                    (self.layout.beat(), Vec::new())
                }
            }
        };
        let put = Put { bytes: &bytes, condition: Condition::Always, note: None };
        let attempts = Attempts { retries, ..self.attempts.clone() };
        let result = attempts.put(&key, &put);
        let mut inner = self.inner();
        if !bytes.is_empty()
            && let Some(copies) = &mut inner.run
        {
            match &result {
                Ok(_) => copies.number += 1,
                // The same number again, with what came since: whoever reads it finds all of this in it.
                Err(_) => copies.waiting.splice(..0, bytes).for_each(drop),
            }
        }
        result?;
        // A lease that has run out is renewed at the lock alone.
        if sent < inner.acknowledged + LEASE {
            inner.acknowledged = sent;
        }
        Ok(())
    }
}
