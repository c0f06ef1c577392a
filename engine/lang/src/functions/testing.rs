//! Calls as text, results as text.

use expect_test::Expect;

use crate::eval::testing::{TestScope, show};
use crate::host::{FileKind, MemoryHost, Phase};

/// The result of an expression on a host of its own, or the first thing that is wrong with it.
pub(super) fn eval_on(host: MemoryHost, text: &str) -> String {
    show(text, &mut TestScope::new(host))
}

/// As [`eval_on`], on a machine without files, where something is being applied.
pub(super) fn eval(text: &str) -> String {
    eval_on(MemoryHost::new(Phase::Apply), text)
}

/// As [`eval_on`], on a stack as large as evaluations are promised.
pub(super) fn eval_deep(host: MemoryHost, text: &str) -> String {
    let text = text.to_owned();
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let thread = thread.spawn(move || eval_on(host, &text)).expect("a thread can be started");
    thread.join().expect("no panic")
}

/// A machine with a few files.
pub(super) fn files() -> MemoryHost {
    MemoryHost::new(Phase::Apply)
        .file("abc.txt", "abc")
        .file("binary", b"\xff\x00")
        .file("sub/one.txt", "1")
        .file("sub/deep/two.txt", "2")
        .file("sub/deep/three.md", "3")
        .file("/home/user/home.txt", "at home")
        .special("pipe", FileKind::NamedPipe)
}

pub(super) fn check_files(text: &str, expected: &Expect) {
    expected.assert_eq(&eval_on(files(), text));
}

pub(super) fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&eval(text));
}
