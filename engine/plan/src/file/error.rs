//! Why a file is no plan that can be used.

use std::fmt;

use super::FORMAT;

/// What is wrong with a plan file. Each is the end of a sentence that names the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PlanFileError {
    NoPlan,
    /// A zip archive, as Terraform and OpenTofu write plans.
    Terraforms,
    /// It ends before its head does, at this many bytes.
    Short(usize),
    Form(u32),
    /// Its checksum is not that of its bytes, of which there are so many.
    Damaged(usize),
    /// Something in it is not what it should be.
    Value(String),
}

impl fmt::Display for PlanFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPlan => f.write_str("it is no plan that wb has saved"),
            Self::Terraforms => {
                f.write_str("it is a zip archive, perhaps a plan that Terraform or OpenTofu saved")
            }
            Self::Short(bytes) => write!(f, "it was cut off: there are {bytes} bytes of it"),
            Self::Form(format) => write!(
                f,
                "it has form {format}, and this version of wb reads form {FORMAT}: another version made it"
            ),
            Self::Damaged(bytes) => write!(
                f,
                "it is damaged: the checksum at offset 12 is not that of bytes 44 to {bytes}"
            ),
            Self::Value(why) => write!(f, "it cannot be read: {why}"),
        }
    }
}

impl std::error::Error for PlanFileError {}
