//! Calls as text, results as text.

use expect_test::Expect;

use crate::eval::testing::{TestScope, show};
use crate::host::{MemoryHost, Phase};

/// The result of an expression on a host of its own, or the first thing that is wrong with it.
pub(super) fn eval_on(host: MemoryHost, text: &str) -> String {
    show(text, &mut TestScope::new(host))
}

/// As [`eval_on`], on a machine without files, where something is being applied.
pub(super) fn eval(text: &str) -> String {
    eval_on(MemoryHost::new(Phase::Apply), text)
}

pub(super) fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&eval(text));
}
