//! Lists that come in pages.

use std::future::Future;

use crate::context::Context;
use crate::error::{ErrorKind, OpError};
use crate::retry::Retry;

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// What to ask for the next part with; nothing, or nothing in it, where this is the last.
    pub next: Option<String>,
}

/// Collects all parts. Each is tried again as [`Retry::default`] says.
///
/// # Errors
/// Those of the parts; and where the service gives the same token twice, which would go on for ever.
pub async fn collect<T, F: Future<Output = Result<Page<T>, OpError>>>(
    context: &Context,
    mut ask: impl FnMut(Option<String>) -> F,
) -> Result<Vec<T>, OpError> {
    let mut all = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let page = Retry::default().run(context, || ask(token.clone())).await?;
        all.extend(page.items);
        match page.next.filter(|next| !next.is_empty()) {
            None => return Ok(all),
            Some(next) if token.as_ref() == Some(&next) => {
                return Err(OpError::new(
                    ErrorKind::Unexpected,
                    "List without end",
                    "The service gives the same token for the next page twice.",
                ));
            }
            next => token = next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::Bench;
    use crate::provider::TypeList;

    #[tokio::test]
    async fn all_pages_make_one_list() {
        let bench = Bench::new(TypeList::new());
        let list = collect(bench.context(), |token| async move {
            let (items, next) = match token.as_deref() {
                None => (vec![1, 2], Some("a".to_owned())),
                Some("a") => (vec![], Some("b".to_owned())),
                _ => (vec![3], Some(String::new())),
            };
            Ok(Page { items, next })
        });
        assert_eq!(list.await, Ok(vec![1, 2, 3]));
        let endless = collect(bench.context(), |_| async {
            Ok(Page { items: vec![1], next: Some("same".to_owned()) })
        });
        assert_eq!(endless.await.unwrap_err().summary, "List without end");
    }
}
