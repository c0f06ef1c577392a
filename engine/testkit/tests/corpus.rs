//! The corpus of the fuzzer, without the fuzzer: what was found once stays mended.

use std::path::Path;

use wb_testkit::fuzz::TARGETS;

#[test]
fn what_the_fuzzer_left_is_read_or_refused() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, target) in TARGETS {
        let folder = std::fs::read_dir(corpus.join(name)).expect("every target has a corpus");
        let files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
        assert!(!files.is_empty(), "{name}");
        let read_all = move || {
            for path in files {
                let bytes = std::fs::read(&path).unwrap();
                let read = std::panic::catch_unwind(|| target(&bytes));
                assert!(read.is_ok(), "{}", path.display());
            }
        };
        // Deep nesting is read on a stack of 64 MiB, as in the command.
        let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(read_all);
        thread.unwrap().join().unwrap();
    }
}
