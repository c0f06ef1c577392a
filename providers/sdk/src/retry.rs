//! Trying again: only what may succeed a little later, never for ever, never without the fence.
//!
//! Clients of clouds must not retry by themselves: their attempts would not ask the fence.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use crate::context::Context;
use crate::error::{ErrorKind, OpError};

/// How often and how patiently.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// Attempts in all, the first included.
    pub attempts: u32,
    /// The longest pause after the first attempt; it doubles with each.
    pub first: Duration,
    /// The longest pause there is, but for what the service asks for.
    pub most: Duration,
    /// What is worth another attempt.
    pub when: fn(&OpError) -> bool,
}

impl Default for Retry {
    /// Throttled requests, and services that are down or do not answer. A request that timed out may have been carried out: this
    /// is for requests that can be made twice, since they only read or carry the step's token.
    fn default() -> Self {
        Self {
            attempts: 12,
            first: Duration::from_millis(500),
            most: Duration::from_secs(20),
            when: |error| error.kind.is_transient(),
        }
    }
}

impl Retry {
    /// Tries until it succeeds, or until trying makes no more sense.
    ///
    /// # Errors
    /// The last attempt's, or that there must be no further one.
    pub async fn run<T, F: Future<Output = Result<T, OpError>>>(
        &self,
        context: &Context,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, OpError> {
        let mut number = 1;
        loop {
            context.attempt()?;
            let error = match attempt().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if number >= self.attempts.max(1) || !(self.when)(&error) {
                return Err(given_up(error, number));
            }
            let pause = self.pause(number, error.retry_after, context);
            let is_too_late = |deadline: std::time::Instant| {
                Instant::now() + pause >= Instant::from_std(deadline)
            };
            if context.deadline.is_some_and(is_too_late) {
                return Err(given_up(error, number));
            }
            rest(pause, context).await?;
            number += 1;
        }
    }

    /// Half of the longest pause and a random part of the other half: requests that failed together do not come back together.
    fn pause(&self, number: u32, asked: Option<Duration>, context: &Context) -> Duration {
        let doubled = 1_u32.checked_shl(number - 1).unwrap_or(u32::MAX);
        let longest = self.first.saturating_mul(doubled).min(self.most);
        let mut byte = [0];
        context.ambient.random(&mut byte);
        let pause = longest / 2 + longest.mul_f64(f64::from(byte[0]) / 255.0) / 2;
        pause.max(asked.unwrap_or_default())
    }
}

fn given_up(error: OpError, attempts: u32) -> OpError {
    if attempts == 1 { error } else { error.help(format!("It was tried {attempts} times.")) }
}

/// Waits, unless the user gives up.
///
/// # Errors
/// Where the user does.
pub async fn rest(pause: Duration, context: &Context) -> Result<(), OpError> {
    let mut context = context.clone();
    tokio::select! {
        () = tokio::time::sleep(pause) => Ok(()),
        _ = context.cancelled() => Err(OpError::new(
            ErrorKind::Cancelled,
            "Cancelled",
            "The operation was interrupted while it waited.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::conformance::Bench;
    use crate::provider::TypeList;

    fn failing(kind: ErrorKind) -> OpError {
        OpError::new(kind, "Failed", "It failed.")
    }

    async fn tries(context: &Context, retry: Retry, error: OpError) -> (u32, OpError, Duration) {
        let (count, begun) = (Cell::new(0), Instant::now());
        let result = retry.run(context, || {
            count.set(count.get() + 1);
            let error = error.clone();
            async move { Err::<(), _>(error) }
        });
        let error = result.await.unwrap_err();
        (count.get(), error, begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_may_pass_is_tried_again_and_not_for_ever() {
        let bench = Bench::new(TypeList::new());
        let retry = Retry { attempts: 4, ..Retry::default() };
        let (count, _, waited) = tries(bench.context(), retry, failing(ErrorKind::Denied)).await;
        assert_eq!((count, waited), (1, Duration::ZERO));
        let (count, error, waited) =
            tries(bench.context(), retry, failing(ErrorKind::Throttled)).await;
        assert_eq!((count, error.help), (4, vec!["It was tried 4 times.".to_owned()]));
        let longest = Duration::from_millis(500 + 1000 + 2000);
        assert!((longest / 2..=longest + Duration::from_millis(3)).contains(&waited), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_service_says_how_long_to_wait() {
        let bench = Bench::new(TypeList::new());
        let mut error = failing(ErrorKind::Unavailable);
        error.retry_after = Some(Duration::from_secs(100));
        let retry = Retry { attempts: 2, ..Retry::default() };
        let (_, _, waited) = tries(bench.context(), retry, error).await;
        assert!(waited >= Duration::from_secs(100), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn no_attempt_is_made_after_the_deadline() {
        let mut context = Bench::new(TypeList::new()).context().clone();
        context.deadline = Some((Instant::now() + Duration::from_secs(10)).into_std());
        let retry = Retry { attempts: 1000, ..Retry::default() };
        let (count, _, waited) = tries(&context, retry, failing(ErrorKind::Timeout)).await;
        assert!(count > 3 && waited < Duration::from_secs(10), "{count} {waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_does_not_wait() {
        let (cancel, receiver) = tokio::sync::watch::channel(false);
        let mut context = Bench::new(TypeList::new()).context().clone();
        context.cancel = receiver;
        let task = async { tries(&context, Retry::default(), failing(ErrorKind::Throttled)).await };
        let stop = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            cancel.send_replace(true);
        };
        let ((count, error, _), ()) = tokio::join!(task, stop);
        assert_eq!((count, error.kind), (1, ErrorKind::Cancelled));
        let (count, error, _) = tries(&context, Retry::default(), failing(ErrorKind::Denied)).await;
        assert_eq!((count, error.kind), (0, ErrorKind::Cancelled));
    }
}
