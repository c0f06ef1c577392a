//! The command `wb`.

use std::process::ExitCode;

/// The work is done on a second thread, whose arena glibc grows with a system call for every few pages, and most of what
/// is made is small.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the deepest expressions take, which are evaluated by recursion.
const STACK: usize = 64 * 1024 * 1024;

fn main() -> ExitCode {
    let work = || {
        let status = wb::run(std::env::args_os().skip(1), std::env::vars_os());
        // Trees of a large stack take longer to free than to read.
        std::process::exit(i32::from(status.code()))
    };
    match std::thread::Builder::new().name("wb".to_owned()).stack_size(STACK).spawn(work) {
        // What panicked has said so.
        Ok(thread) => match thread.join() {
            Ok(never) => never,
            Err(_) => ExitCode::from(wb::CRASHED),
        },
        Err(_) => ExitCode::FAILURE,
    }
}
