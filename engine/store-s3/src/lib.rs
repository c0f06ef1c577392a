//! A bucket on S3, or on what speaks its protocol.
//!
//! - [`Arguments`]: what a `backend "s3"` block says, as Terraform names it.
//! - [`S3Bucket`]: the requests that `wb_store::remote` makes.
//!
//! This crate alone sees the SDK. Nothing is connected, read or started before the first request.

mod arguments;
mod bucket;
mod connect;
mod failure;

pub use arguments::{Arguments, ArgumentsError};
pub use bucket::S3Bucket;
