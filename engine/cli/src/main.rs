//! The command `wb`.

fn main() {}
