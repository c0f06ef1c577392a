//! What an operation is given beside its arguments.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;
use wb_core::time::Moment;

use crate::error::{ErrorKind, OpError};

/// A configured provider's way to the remote system; only its own types know what is in it.
#[derive(Clone)]
pub struct Client(Arc<dyn Any + Send + Sync>);

impl Client {
    #[must_use]
    pub fn new<T: Any + Send + Sync>(client: T) -> Self {
        Self(Arc::new(client))
    }

    /// The client as its provider knows it.
    ///
    /// # Errors
    /// Where it is another provider's: a bug in the engine.
    pub fn get<T: Any + Send + Sync>(&self) -> Result<Arc<T>, OpError> {
        Arc::clone(&self.0).downcast().map_err(|_| {
            OpError::new(
                ErrorKind::Unexpected,
                "Wrong client",
                "An operation was given another provider's client. This is a bug in wb.",
            )
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

/// The clock and randomness, for one operation. With a seed and a fixed clock they give the same every time.
pub trait Ambient: Send + Sync + fmt::Debug {
    fn now(&self) -> Moment;
    /// Fills `bytes` with random ones, fit for keys.
    fn random(&self, bytes: &mut [u8]);
    /// The same for one of many tasks that are at work at once. Where a seed fixes what is drawn, a task draws the same
    /// whatever the others do; elsewhere there is nothing to keep apart.
    fn of_task(&self, _name: &dyn fmt::Display) -> Option<Arc<dyn Ambient>> {
        None
    }
}

/// Whether the lock is still ours.
pub trait Fence: Send + Sync + fmt::Debug {
    /// # Errors
    /// Where it is not, or that is not sure any more: no effect may begin.
    fn check(&self) -> Result<(), FenceBroken>;
}

/// The lock is not ours any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FenceBroken {
    pub why: String,
}

/// The user has asked for an end at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancelled;

/// What an operation is given. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Context {
    pub client: Client,
    pub ambient: Arc<dyn Ambient>,
    pub fence: Arc<dyn Fence>,
    /// Becomes true when the operation is to end as soon as it can.
    pub cancel: watch::Receiver<bool>,
    /// When to give up; set from the `timeouts` block, where there is one.
    pub deadline: Option<Instant>,
    /// What relative paths start from.
    pub work_dir: Arc<std::path::Path>,
}

impl Context {
    /// The same, for one task by its name: see [`Ambient::of_task`].
    #[must_use]
    pub fn of_task(mut self, name: &dyn fmt::Display) -> Self {
        if let Some(own) = self.ambient.of_task(name) {
            self.ambient = own;
        }
        self
    }

    /// To be asked before every attempt at an effect.
    ///
    /// # Errors
    /// Where the attempt must not be made.
    pub fn attempt(&self) -> Result<(), OpError> {
        if self.is_cancelled() {
            return Err(OpError::new(
                ErrorKind::Cancelled,
                "Cancelled",
                "The operation was interrupted before it did anything.",
            ));
        }
        self.fence
            .check()
            .map_err(|broken| OpError::new(ErrorKind::Cancelled, "Lock lost", broken.why))
    }

    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.cancel.borrow()
    }

    /// Ends when the operation is cancelled; never where nobody can cancel it any more.
    pub async fn cancelled(&mut self) -> Cancelled {
        if self.cancel.wait_for(|cancelled| *cancelled).await.is_err() {
            std::future::pending::<()>().await;
        }
        Cancelled
    }
}
