//! Blocks with conditions: their addresses can only be read with their kind.

use serde::{Deserialize, Serialize};
use wb_core::addr::{CheckKind, Checkable, ConfigCheckable};
use wb_state::CheckStatus;

use crate::{CheckBlock, CheckInstance};

#[derive(Serialize, Deserialize)]
pub(crate) struct Block {
    kind: String,
    block: String,
    counted: bool,
    instances: Vec<Instance>,
}

#[derive(Serialize, Deserialize)]
struct Instance {
    address: String,
    status: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failures: Vec<String>,
}

impl From<CheckBlock> for Block {
    fn from(block: CheckBlock) -> Self {
        let instance = |one: CheckInstance| Instance {
            address: one.address.to_string(),
            status: one.status.as_str().to_owned(),
            failures: one.failures,
        };
        Self {
            kind: block.block.kind().as_str().to_owned(),
            block: block.block.to_string(),
            counted: block.counted,
            instances: block.instances.into_iter().map(instance).collect(),
        }
    }
}

impl TryFrom<Block> for CheckBlock {
    type Error = String;

    fn try_from(wire: Block) -> Result<Self, String> {
        let kind = CheckKind::from_word(&wire.kind)
            .ok_or_else(|| format!("{:?} is no kind of a block with conditions", wire.kind))?;
        let block = ConfigCheckable::parse(kind, &wire.block).map_err(|e| e.to_string())?;
        let instance = |one: Instance| {
            let address = Checkable::parse(kind, &one.address).map_err(|e| e.to_string())?;
            let status = CheckStatus::from_word(&one.status);
            Ok(CheckInstance { address, status, failures: one.failures })
        };
        let instances = wire.instances.into_iter().map(instance).collect::<Result<_, String>>()?;
        Ok(Self { block, counted: wire.counted, instances })
    }
}
