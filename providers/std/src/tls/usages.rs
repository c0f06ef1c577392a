//! What a certificate may be used for.

use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::value::Value;

use super::der;

/// In the order of their bits.
const USAGES: [&str; 9] = [
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "cert_signing",
    "crl_signing",
    "encipher_only",
    "decipher_only",
];

const EXTENDED: [(&str, &[u32]); 14] = [
    ("any_extended", &[2, 5, 29, 37, 0]),
    ("server_auth", &[1, 3, 6, 1, 5, 5, 7, 3, 1]),
    ("client_auth", &[1, 3, 6, 1, 5, 5, 7, 3, 2]),
    ("code_signing", &[1, 3, 6, 1, 5, 5, 7, 3, 3]),
    ("email_protection", &[1, 3, 6, 1, 5, 5, 7, 3, 4]),
    ("ipsec_end_system", &[1, 3, 6, 1, 5, 5, 7, 3, 5]),
    ("ipsec_tunnel", &[1, 3, 6, 1, 5, 5, 7, 3, 6]),
    ("ipsec_user", &[1, 3, 6, 1, 5, 5, 7, 3, 7]),
    ("timestamping", &[1, 3, 6, 1, 5, 5, 7, 3, 8]),
    ("ocsp_signing", &[1, 3, 6, 1, 5, 5, 7, 3, 9]),
    ("microsoft_server_gated_crypto", &[1, 3, 6, 1, 4, 1, 311, 10, 3, 3]),
    ("netscape_server_gated_crypto", &[2, 16, 840, 1, 113_730, 4, 1]),
    ("microsoft_commercial_code_signing", &[1, 3, 6, 1, 4, 1, 311, 2, 1, 22]),
    ("microsoft_kernel_code_signing", &[1, 3, 6, 1, 4, 1, 311, 61, 1, 1]),
];

/// The extension's value for the usages among the names, where there are any.
pub(super) fn usages(names: &[String]) -> Option<Vec<u8>> {
    let bit = |name: &String| USAGES.iter().position(|usage| usage == name);
    let flags = names.iter().filter_map(bit).fold(0, |flags, bit| flags | 1 << bit);
    (flags != 0).then(|| der::flags(flags))
}

/// The same for the extended ones.
pub(super) fn extended(names: &[String]) -> Option<Vec<u8>> {
    let known = |name: &String| EXTENDED.iter().find(|(extended, _)| extended == name);
    let oids: Vec<Vec<u8>> =
        names.iter().filter_map(known).map(|(_, arcs)| der::oid(arcs)).collect();
    (!oids.is_empty()).then(|| der::sequence(oids))
}

pub(super) fn check(config: &Value, problems: &mut Problems) {
    let names = config.attribute("allowed_uses").and_then(Value::as_elements).unwrap_or_default();
    for (i, name) in names.iter().enumerate() {
        let Some(name) = name.as_str() else { continue };
        if !USAGES.contains(&name) && EXTENDED.iter().all(|(extended, _)| *extended != name) {
            let mut all: Vec<&str> = USAGES.into_iter().chain(EXTENDED.map(|(e, _)| e)).collect();
            all.sort_unstable();
            problems.error(
                Path::new().attr("allowed_uses").index(i),
                "Unsuitable value",
                format!("There is no use {name:?}. There are {}.", all.join(", ")),
            );
        }
    }
}
