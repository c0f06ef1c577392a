//! `cidrsubnet`

use super::args::integer;
use super::prelude::*;
use super::support::cidr::Network;

pub(super) const FUNCTION: Function = Function::new(
    "cidrsubnet",
    "`cidrsubnet` gives the network with a number among those that a network is divided into when it is made longer by \
     some bits.",
    &[
        Param::new("prefix", Kind::String, ""),
        Param::new("newbits", Kind::Number, ""),
        Param::new("netnum", Kind::Number, ""),
    ],
    Returns::Always(Kind::String),
    Body::Plain(cidrsubnet),
);

fn cidrsubnet(args: &[Value]) -> Outcome {
    let bits = whole(&args[1])?;
    let (negative, number) = integer(&args[2])?;
    let network = Network::parse(text(&args[0]))?;
    Ok(network.subnet(bits, negative, &number)?.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_networks_are_numbered() {
        check(
            r#"[cidrsubnet("192.168.2.0/20", 4, 6), cidrsubnet("fe80::/48", 16, 6), cidrsubnet("10.0.0.0/8", 0, 0)]"#,
            &expect![[r#"["192.168.6.0/24", "fe80:0:0:6::/64", "10.0.0.0/8"]"#]],
        );
        check(
            r#"cidrsubnet("::/0", 128, 340282366920938463463374607431768211455)"#,
            &expect![[r#""ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128""#]],
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        check(
            r#"cidrsubnet("192.168.0.0/16", 20, 0)"#,
            &expect![[
                r#"Error in function call: Call to function "cidrsubnet" failed: insufficient address space to extend prefix of 16 by 20. <cidrsubnet("192.168.0.0/16", 20, 0)>"#
            ]],
        );
        check(
            r#"cidrsubnet("192.168.0.0/16", 8, 256)"#,
            &expect![[
                r#"Error in function call: Call to function "cidrsubnet" failed: prefix extension of 8 does not accommodate a subnet numbered 256. <cidrsubnet("192.168.0.0/16", 8, 256)>"#
            ]],
        );
        check(
            r#"cidrsubnet("192.168.0.0/16", 8, -1)"#,
            &expect![[
                r#"Error in function call: Call to function "cidrsubnet" failed: prefix extension of 8 does not accommodate a subnet numbered -1. <cidrsubnet("192.168.0.0/16", 8, -1)>"#
            ]],
        );
    }
}
