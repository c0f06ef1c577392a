//! `cidrcontains`

use super::prelude::*;
use super::support::cidr::{self, Address, Network};

pub(super) const FUNCTION: Function = Function::new(
    "cidrcontains",
    "`cidrcontains` tells whether an address, or all of another network, is in a network.",
    &[
        Param::new("containing_prefix", Kind::String, "The network."),
        Param::new("contained_ip_or_prefix", Kind::String, "The address or the other network."),
    ],
    Returns::Always(Kind::Bool),
    Body::Plain(cidrcontains),
);

fn cidrcontains(args: &[Value]) -> Outcome {
    let (prefix, inner) = (text(&args[0]), text(&args[1]));
    let network = Network::parse(prefix)?;
    let (first, last) = match Address::parse(inner) {
        Some(address) => (address, address),
        None => Network::parse(inner).map_err(|_| cidr::neither(inner))?.bounds(),
    };
    if first.width != network.address.width {
        return Err(Fault::new(format!("address family mismatch: {prefix} vs. {inner}")));
    }
    Ok(Value::bool(network.contains(first) && network.contains(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks() {
        check(
            r#"[cidrcontains("10.0.0.0/8", "10.9.9.9"), cidrcontains("10.0.0.0/8", "11.0.0.0"),
                cidrcontains("10.0.0.0/8", "10.1.0.0/16"), cidrcontains("10.1.0.0/16", "10.0.0.0/8"),
                cidrcontains("fe80::/48", "fe80::1")]"#,
            &expect!["[true, false, true, false, true]"],
        );
        check(
            r#"cidrcontains("10.0.0.0/8", "fe80::1")"#,
            &expect![[
                r#"Error in function call: Call to function "cidrcontains" failed: address family mismatch: 10.0.0.0/8 vs. fe80::1. <cidrcontains("10.0.0.0/8", "fe80::1")>"#
            ]],
        );
        check(
            r#"cidrcontains("10.0.0.0/8", "x")"#,
            &expect![[
                r#"Error in function call: Call to function "cidrcontains" failed: invalid IP address or prefix: "x". <cidrcontains("10.0.0.0/8", "x")>"#
            ]],
        );
    }
}
