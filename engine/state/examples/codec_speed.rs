//! How long reading, writing and digesting a state file take: `codec_speed FILE`. Best of seven.

use std::process::ExitCode;
use std::time::Instant;

use wb_state::{Nonce, v4};

fn main() -> ExitCode {
    let Some(bytes) = std::env::args().nth(1).and_then(|path| std::fs::read(path).ok()) else {
        return ExitCode::FAILURE;
    };
    let mut best = [f64::MAX; 5];
    for _ in 0..7 {
        let Ok(foreign) = timed(&mut best[0], || v4::read(bytes.clone())) else {
            return ExitCode::FAILURE;
        };
        let Ok(written) = timed(&mut best[1], || v4::write(&foreign.snapshot, Nonce(1))) else {
            return ExitCode::FAILURE;
        };
        let Ok(ours) = timed(&mut best[2], || v4::read(written.bytes)) else {
            return ExitCode::FAILURE;
        };
        let again = timed(&mut best[3], || v4::write(&ours.snapshot, Nonce(1)));
        let digest = timed(&mut best[4], || ours.snapshot.state.digest());
        assert!(again.is_ok() && digest == foreign.snapshot.state.digest());
    }
    let names = ["read another's", "write it", "read ours", "write ours", "digest ours"];
    let lines: Vec<String> =
        names.iter().zip(best).map(|(n, s)| format!("{n}: {:.1} ms\n", s * 1e3)).collect();
    let shown = std::io::Write::write_all(&mut std::io::stdout(), lines.concat().as_bytes());
    if shown.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn timed<T>(best: &mut f64, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    *best = best.min(start.elapsed().as_secs_f64());
    result
}
