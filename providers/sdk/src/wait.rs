//! Waiting for an object to become what was asked for.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use crate::context::Context;
use crate::error::{ErrorKind, OpError};
use crate::retry::rest;

/// How a thing stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress<T> {
    Done(T),
    /// In the API's own word for it: `pending`, `modifying`.
    Pending(String),
}

/// How often to look, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// The pause after the first look; it grows by half with each.
    pub first: Duration,
    pub most: Duration,
    /// The longest time in all, where no deadline says otherwise.
    pub limit: Duration,
}

impl Default for Wait {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            most: Duration::from_secs(15),
            limit: Duration::from_secs(1_200),
        }
    }
}

impl Wait {
    /// Looks until it is done. A look that fails for a passing reason is one more look to come.
    ///
    /// # Errors
    /// Where a look fails for good, time is up or the user gives up.
    pub async fn until<T, F: Future<Output = Result<Progress<T>, OpError>>>(
        &self,
        context: &Context,
        mut look: impl FnMut() -> F,
    ) -> Result<T, OpError> {
        let begun = Instant::now();
        let limit = begun + self.limit;
        let end = context.deadline.map_or(limit, Instant::from_std);
        let mut pause = self.first;
        loop {
            let last = match look().await {
                Ok(Progress::Done(value)) => return Ok(value),
                Ok(Progress::Pending(state)) => Ok(state),
                Err(error) if error.kind.is_transient() => Err(error),
                Err(error) => return Err(error),
            };
            let asked = last.as_ref().err().and_then(|error| error.retry_after);
            let rest_for = pause.max(asked.unwrap_or_default());
            if Instant::now() + rest_for > end {
                return Err(last.map_or_else(|error| error, |state| late(&state, begun)));
            }
            rest(rest_for, context).await?;
            pause = (pause + pause / 2).min(self.most);
        }
    }
}

fn late(state: &str, begun: Instant) -> OpError {
    let seconds = begun.elapsed().as_secs();
    let detail = format!("After {seconds} seconds it is still {state:?}.");
    OpError::new(ErrorKind::Timeout, "Not ready in time", detail)
        .help("Give it more time in the timeouts block, where the type has one.")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::conformance::Bench;
    use crate::provider::TypeList;

    async fn wait(answers: &[Result<Progress<u8>, ErrorKind>]) -> (usize, Result<u8, OpError>) {
        let bench = Bench::new(TypeList::new());
        let count = Cell::new(0);
        let wait = Wait { limit: Duration::from_secs(60), ..Wait::default() };
        let result = wait.until(bench.context(), || {
            let answer = answers[count.get().min(answers.len() - 1)].clone();
            count.set(count.get() + 1);
            async move { answer.map_err(|kind| OpError::new(kind, "Failed", "It failed.")) }
        });
        let result = result.await;
        (count.get(), result)
    }

    #[tokio::test(start_paused = true)]
    async fn it_looks_until_it_is_done() {
        let pending = || Ok(Progress::Pending("pending".into()));
        let answers = [pending(), Err(ErrorKind::Throttled), pending(), Ok(Progress::Done(7))];
        assert_eq!(wait(&answers).await, (4, Ok(7)));
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_with_what_it_saw_last() {
        let (_, late) = wait(&[Ok(Progress::Pending("creating".into()))]).await;
        let late = late.unwrap_err();
        assert_eq!(late.kind, ErrorKind::Timeout);
        assert!(late.detail.ends_with("it is still \"creating\"."), "{}", late.detail);
        let (count, denied) = wait(&[Err(ErrorKind::Denied)]).await;
        assert_eq!((count, denied.unwrap_err().kind), (1, ErrorKind::Denied));
    }
}
