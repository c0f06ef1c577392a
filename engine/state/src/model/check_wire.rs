//! The wire form of check results: that of state files, used in the journal too.

use serde::{Deserialize, Serialize};
use wb_core::addr::{AddrError, CheckKind, Checkable, ConfigCheckable};

use super::{CheckObject, CheckResult, CheckStatus};

#[derive(Serialize, Deserialize)]
pub(crate) struct Block {
    pub(crate) object_kind: String,
    pub(crate) config_addr: String,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) objects: Option<Vec<Object>>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Object {
    pub(crate) object_addr: String,
    pub(crate) status: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) failure_messages: Vec<String>,
}

impl From<CheckResult> for Block {
    fn from(check: CheckResult) -> Self {
        let object = |o: CheckObject| Object {
            object_addr: o.address.to_string(),
            status: o.status.as_str().to_owned(),
            failure_messages: o.failure_messages,
        };
        Self {
            object_kind: check.kind().as_str().to_owned(),
            config_addr: check.block.to_string(),
            status: check.status.as_str().to_owned(),
            objects: (!check.objects.is_empty())
                .then(|| check.objects.into_iter().map(object).collect()),
        }
    }
}

/// A kind of object that is not known, or an address that is none.
pub(crate) enum CheckError {
    Kind(String),
    Address(AddrError),
}

impl std::fmt::Display for CheckError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kind(kind) => {
                write!(f, "check results of objects of kind \"{kind}\" are not known")
            }
            Self::Address(e) => e.fmt(f),
        }
    }
}

impl From<AddrError> for CheckError {
    fn from(e: AddrError) -> Self {
        Self::Address(e)
    }
}

impl TryFrom<Block> for CheckResult {
    type Error = CheckError;

    fn try_from(wire: Block) -> Result<Self, CheckError> {
        let kind = CheckKind::from_word(&wire.object_kind)
            .ok_or_else(|| CheckError::Kind(wire.object_kind.clone()))?;
        let objects = wire.objects.unwrap_or_default().into_iter().map(|o| {
            Ok(CheckObject {
                address: Checkable::parse(kind, &o.object_addr)?,
                status: CheckStatus::from_word(&o.status),
                failure_messages: o.failure_messages,
            })
        });
        Ok(Self {
            block: ConfigCheckable::parse(kind, &wire.config_addr)?,
            status: CheckStatus::from_word(&wire.status),
            objects: objects.collect::<Result<_, AddrError>>()?,
        })
    }
}
