//! The binary, end to end. One test program, because linking the whole of wb takes long.

mod builtin;
mod commands;
mod determinism;
mod encryption;
mod plans;
mod sealed;
