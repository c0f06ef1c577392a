//! Data to text, for people.
//!
//! Pure functions: data in, text out; where it goes, how wide that is and whether it takes colours come in as
//! [`Style`]. What is shown is worked out as data first (an [`excerpt`] of a source, a delta of two values), then laid
//! out, so that both halves can be tested alone.

mod clean;
mod delta;
pub mod diagnostics;
mod excerpt;
pub mod graph;
pub mod live;
pub mod outputs;
mod paint;
pub(crate) mod places;
pub mod plan;
pub mod progress;
pub mod state;
mod values;

pub use diagnostics::diagnostics;
pub use paint::Style;
