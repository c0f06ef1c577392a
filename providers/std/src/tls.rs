//! `hashicorp/tls`.
//!
//! Keys and certificates are written in the forms that Go writes them in, which is what others compare: DER and OpenSSH's
//! own form are short enough to be written here, the mathematics come from the RustCrypto crates.

mod cert_request;
mod certificate;
mod der;
mod ec;
mod key;
mod locally_signed_cert;
mod names;
#[cfg(test)]
mod peer;
mod pem;
mod private_key;
mod public_key;
mod renewal;
mod rsa_key;
mod self_signed_cert;
mod ssh;
mod usages;

use wb_core::provider::{Kind, Problems};
use wb_core::schema::{Block, NestedBlock, Nesting};
use wb_sdk::provider::TypeList;
use wb_sdk::types::{data, ephemeral, recorded};
use wb_sdk::{Client, Configured};

pub(crate) fn types() -> TypeList {
    TypeList::new()
        .configured(
            configuration,
            |_| Problems::default(),
            |_, _| {
                let target = std::collections::BTreeMap::new();
                Box::pin(async { Ok(Configured { client: Client::new(()), target }) })
            },
        )
        .resources([
            recorded::<cert_request::CertRequest>(),
            recorded::<locally_signed_cert::LocallySignedCert>(),
            recorded::<private_key::PrivateKey>(),
            recorded::<self_signed_cert::SelfSignedCert>(),
        ])
        .data([data::<public_key::PublicKey>()])
        .ephemeral([
            ephemeral::<private_key::EphemeralPrivateKey>(),
            ephemeral::<public_key::PublicKey>(),
        ])
        .unimplemented(Kind::Data, &["tls_certificate"])
}

/// The established provider's configuration is about `tls_certificate` alone.
fn configuration() -> Block {
    let proxy = Block::new(Vec::new(), Vec::new()).describe("How to reach servers.");
    let mut proxy = NestedBlock::new("proxy", Nesting::List, proxy);
    proxy.refused =
        Some("It is for the data source tls_certificate, which wb does not have.".into());
    Block::new(Vec::new(), vec![proxy])
}
