//! `cidrnetmask`

use super::prelude::*;
use super::support::cidr::Network;

pub(super) const FUNCTION: Function = Function::new(
    "cidrnetmask",
    "`cidrnetmask` gives the netmask of a network of version 4.",
    &[Param::new("prefix", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(cidrnetmask),
);

fn cidrnetmask(args: &[Value]) -> Outcome {
    let prefix = text(&args[0]);
    let network = Network::parse(prefix)?;
    if network.address.width != 32 {
        return Err(Fault::new(format!("IPv6 addresses cannot have a netmask: {prefix}")));
    }
    Ok(network.netmask().to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_of_version_4() {
        check(
            r#"[cidrnetmask("192.168.1.0/24"), cidrnetmask("10.0.0.0/0"), cidrnetmask("1.2.3.4/31")]"#,
            &expect![[r#"["255.255.255.0", "0.0.0.0", "255.255.255.254"]"#]],
        );
        check(
            r#"cidrnetmask("fe80::/48")"#,
            &expect![[
                r#"Error in function call: Call to function "cidrnetmask" failed: IPv6 addresses cannot have a netmask: fe80::/48. <cidrnetmask("fe80::/48")>"#
            ]],
        );
    }
}
