//! The project's own tools. `cargo xtask` lists them.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "these tools talk to the person who runs them"
)]

mod bench;
mod conform;
mod corpus;
mod diagnostics;
mod differ;
mod fuzz;
mod peers;
mod planted;
mod tidy;
mod torture;

use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask TOOL [ARGUMENT ...]

  bench               what wb's commands cost on stacks of known shapes, beside terraform
  conform FILE ...    judge the rows of conformance tables, one JSON object a line
  corpus PATH ...     compare the parser and the formatter with terraform's on every file there
  diagnostics         write docs/diagnostics.md, wb's words beside terraform's for twenty mistakes
  differ              random stacks, planned and applied by wb and by terraform or tofu side by side
  planted             plant bugs in a copy of the engine, and see whether differ finds each
  test-peers          run the tests that need servers others made, installed into a cache outside the checkout
  fuzz [TARGET ...]   the readers of wb under a coverage-guided fuzzer
  torture             kill real processes of wb at any moment of an apply, and see what is left
  tidy                check the layer table, file sizes and house rules of every crate
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let outcome = match args.next().as_deref() {
        Some("bench") => bench::run(&args.collect::<Vec<_>>()),
        Some("bench-one") => bench::one(&args.collect::<Vec<_>>()),
        Some("conform") => conform::run(&args.collect::<Vec<_>>()),
        Some("corpus") => corpus::run(&args.collect::<Vec<_>>()),
        Some("diagnostics") => diagnostics::run(&args.collect::<Vec<_>>()),
        Some("differ") => differ::run(&args.collect::<Vec<_>>()),
        Some("planted") => planted::run(&args.collect::<Vec<_>>()),
        Some("test-peers") => peers::run(&args.collect::<Vec<_>>()),
        Some("fuzz") => fuzz::run(&args.collect::<Vec<_>>()),
        Some("tidy") => tidy::run(),
        Some("torture") => torture::run(&args.collect::<Vec<_>>()),
        None | Some("help" | "-h" | "--help") => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(format!("there is no tool `{other}`\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
