//! What workers do, and the messages they end in.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use wb_core::addr::{AbsInstance, ProviderInstance};
use wb_core::value::Value;
use wb_sdk::ops::Reply;
use wb_sdk::{Configured, ErrorKind, Object, OpError, Opened};

use crate::provision::ProvisionError;

/// A worker.
pub(super) type Work = Pin<Box<dyn Future<Output = Message> + Send>>;

/// Makes a worker when its time has come: not before the journal is durable.
pub(super) type Launch = Box<dyn FnOnce() -> Work>;

/// How a worker ends.
pub(super) enum Message {
    Configured { provider: ProviderInstance, result: Result<Configured, OpError> },
    Made { step: u32, result: Result<Object, OpError> },
    Deleted { step: u32, result: Result<(), OpError> },
    Read { step: u32, result: Result<Value, OpError> },
    Provisioned { step: u32, result: Result<(), ProvisionError> },
    Opened { instance: AbsInstance, result: Result<Opened, OpError> },
    Renewed { instance: AbsInstance, result: Result<Opened, OpError> },
    Closed { instance: AbsInstance, result: Result<(), OpError> },
}

/// What a worker is at, should it not end in a message.
#[derive(Clone, Debug)]
pub(super) enum Job {
    Step(u32),
    Provision(u32),
    Provider(ProviderInstance),
    Opening(AbsInstance),
    Renewing(AbsInstance),
    Closing(AbsInstance),
}

/// A line that a provisioner has printed.
pub(super) struct Line {
    pub(super) step: u32,
    pub(super) kind: Arc<str>,
    pub(super) text: String,
}

/// Lets an operation go as far as it gets without waiting. Most that touch nothing outside end at once, and need no
/// worker. One that panics has failed.
pub(super) fn at_once<T>(mut reply: Reply<T>) -> Result<Result<T, OpError>, Reply<T>> {
    let mut context = Context::from_waker(Waker::noop());
    match catch_unwind(AssertUnwindSafe(|| reply.as_mut().poll(&mut context))) {
        Ok(Poll::Ready(result)) => Ok(result),
        Ok(Poll::Pending) => Err(reply),
        Err(_) => Ok(Err(panicked())),
    }
}

/// What a provider's panic is to the user.
pub(super) fn panicked() -> OpError {
    OpError::new(
        ErrorKind::Unexpected,
        "Provider crashed",
        "The provider stopped in the middle of the operation. This is a bug in the provider.",
    )
}
