//! `cidrsubnets`

use super::prelude::*;
use super::support::cidr::Network;

pub(super) const FUNCTION: Function = Function::new(
    "cidrsubnets",
    "`cidrsubnets` divides a network into networks that follow each other, each longer than it by a number of bits of \
     its own.",
    &[Param::new("prefix", Kind::String, "")],
    Returns::Always(Kind::List(&Kind::String)),
    Body::Plain(cidrsubnets),
)
.variadic(Param::new("newbits", Kind::Number, ""));

fn cidrsubnets(args: &[Value]) -> Outcome {
    let network = Network::parse(text(&args[0])).map_err(|fault| fault.about(0))?;
    let mut subnets: Vec<Network> = Vec::with_capacity(args.len() - 1);
    for (at, bits) in args.iter().enumerate().skip(1) {
        let bits = whole(bits).map_err(|fault| fault.about(at))?;
        if bits < 1 {
            return Err(Fault::arg(at, "must extend prefix by at least one bit"));
        }
        let length = i64::from(network.length).saturating_add(bits);
        let width = network.address.width;
        let length = u32::try_from(length).ok().filter(|length| *length <= width).ok_or_else(|| {
            let version = if width == 32 { 4 } else { 6 };
            let message =
                format!("would extend prefix to {length} bits, which is too long for an IPv{version} address");
            Fault::arg(at, message)
        })?;
        let last = subnets.last().copied();
        let next = Network::next(network, last, length).ok_or_else(|| {
            let last = last.unwrap_or(network);
            let message = format!(
                "not enough remaining address space for a subnet with a prefix of {length} bits after {last}"
            );
            Fault::arg(at, message)
        })?;
        subnets.push(next);
    }
    Ok(Value::list(Type::STRING, subnets.iter().map(|subnet| subnet.to_string().into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_follow_each_other() {
        check(
            r#"cidrsubnets("10.0.0.0/8", 4, 4, 8, 4)"#,
            &expect![[r#"list["10.0.0.0/12", "10.16.0.0/12", "10.32.0.0/16", "10.48.0.0/12"]"#]],
        );
        check(r#"cidrsubnets("::/0", 64, 128)"#, &expect![[r#"list["::/64", "0:0:0:1::/128"]"#]]);
        check(r#"cidrsubnets("10.0.0.0/8")"#, &expect!["list(string)[]"]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        check(
            r#"cidrsubnets("10.0.0.0/8", 1, 1, 1)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "newbits" parameter: not enough remaining address space for a subnet with a prefix of 9 bits after 10.128.0.0/9. <1>"#
            ]],
        );
        check(
            r#"cidrsubnets("10.0.0.0/8", 0)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "newbits" parameter: must extend prefix by at least one bit. <0>"#
            ]],
        );
        check(
            r#"cidrsubnets("10.0.0.0/8", 25)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "newbits" parameter: would extend prefix to 33 bits, which is too long for an IPv4 address. <25>"#
            ]],
        );
        check(
            r#"cidrsubnets("255.255.255.255/31", 1, 1, 1)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "newbits" parameter: not enough remaining address space for a subnet with a prefix of 32 bits after 255.255.255.255/32. <1>"#
            ]],
        );
    }
}
