//! Sessions: load, observe, plan, apply; events.
