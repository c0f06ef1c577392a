//! Does what a Plan says, and journals it.
