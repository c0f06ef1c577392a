//! `cidrhost`

use super::args::integer;
use super::prelude::*;
use super::support::cidr::Network;

pub(super) const FUNCTION: Function = Function::new(
    "cidrhost",
    "`cidrhost` gives the address of the host with a number in a network. Negative numbers count from its end.",
    &[Param::new("prefix", Kind::String, ""), Param::new("hostnum", Kind::Number, "")],
    Returns::Always(Kind::String),
    Body::Plain(cidrhost),
);

fn cidrhost(args: &[Value]) -> Outcome {
    let (negative, number) = integer(&args[1])?;
    let network = Network::parse(text(&args[0]))?;
    Ok(network.host(negative, &number)?.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_counted_from_both_ends() {
        check(
            r#"[cidrhost("192.168.1.0/24", 5), cidrhost("192.168.1.0/24", -5), cidrhost("fd00:fd12:3456:7890::/56", 34)]"#,
            &expect![[r#"["192.168.1.5", "192.168.1.251", "fd00:fd12:3456:7800::22"]"#]],
        );
        check(
            r#"[cidrhost("10.0.0.0/32", 0), cidrhost("::/0", -1), cidrhost("10.0.0.0/30", -4)]"#,
            &expect![[r#"["10.0.0.0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "10.0.0.0"]"#]],
        );
    }

    #[test]
    fn what_is_not_there_is_refused() {
        check(
            r#"cidrhost("192.168.1.0/30", 255)"#,
            &expect![[
                r#"Error in function call: Call to function "cidrhost" failed: prefix of 30 does not accommodate a host numbered 255. <cidrhost("192.168.1.0/30", 255)>"#
            ]],
        );
        check(
            r#"cidrhost("192.168.1.0/30", -5)"#,
            &expect![[
                r#"Error in function call: Call to function "cidrhost" failed: prefix of 30 does not accommodate a host numbered -5. <cidrhost("192.168.1.0/30", -5)>"#
            ]],
        );
        check(
            r#"cidrhost("192.168.1.0", 5)"#,
            &expect![[
                r#"Error in function call: Call to function "cidrhost" failed: invalid CIDR expression: invalid CIDR address: 192.168.1.0. <cidrhost("192.168.1.0", 5)>"#
            ]],
        );
        check(
            r#"cidrhost("192.168.1.0/24", 0.5)"#,
            &expect![[
                r#"Error in function call: Call to function "cidrhost" failed: value must be a whole number. <cidrhost("192.168.1.0/24", 0.5)>"#
            ]],
        );
    }
}
