//! Networks: an address and how many of its bits belong to the network.
//!
//! Addresses of version 4 may have leading zeros, which do not make them octal: `010.001.0.0/24` is in configurations.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use dashu_int::UBig;

use super::super::args::quoted;
use super::super::fault::Fault;

/// An address of either version, as a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) struct Address {
    pub(in super::super) number: u128,
    /// How many bits an address has: 32 or 128.
    pub(in super::super) width: u32,
}

/// A network. The bits of its address that are not the network's are zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) struct Network {
    pub(in super::super) address: Address,
    pub(in super::super) length: u32,
}

impl Address {
    /// Reads an address of either version.
    pub(in super::super) fn parse(text: &str) -> Option<Self> {
        if let Some(number) = parse_v4(text) {
            return Some(Self { number: number.into(), width: 32 });
        }
        // Zeros that lead may also stand in the last four bytes of an address of version 6.
        let plain = match text.rsplit_once(':') {
            Some((start, end)) if end.contains('.') => {
                format!("{start}:{}", Ipv4Addr::from(parse_v4(end)?))
            }
            _ => text.to_owned(),
        };
        let address: Ipv6Addr = plain.parse().ok()?;
        Some(Self { number: address.into(), width: 128 })
    }

    /// The number of an address of version 4, also of one that is written as version 6.
    pub(in super::super) fn v4(self) -> Option<Ipv4Addr> {
        match self.width {
            32 => u32::try_from(self.number).ok().map(Ipv4Addr::from),
            _ => Ipv6Addr::from(self.number).to_ipv4_mapped(),
        }
    }
}

fn parse_v4(text: &str) -> Option<u32> {
    let mut parts = text.split('.').map(|part| {
        let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u8>().ok().filter(|_| is_number)
    });
    let bytes = [parts.next()??, parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then(|| u32::from_be_bytes(bytes))
}

impl Network {
    /// Reads `10.0.0.0/8`. Bits that are not the network's are dropped.
    pub(in super::super) fn parse(text: &str) -> Result<Self, Fault> {
        let invalid =
            || Fault::new(format!("invalid CIDR expression: invalid CIDR address: {text}"));
        let (address, length) = text.split_once('/').ok_or_else(invalid)?;
        let address = Address::parse(address).ok_or_else(invalid)?;
        let is_number = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
        let length = length.parse().ok().filter(|length| is_number && *length <= address.width);
        Ok(Self::new(address, length.ok_or_else(invalid)?))
    }

    fn new(address: Address, length: u32) -> Self {
        let number = address.number & !mask(address.width - length);
        Self { address: Address { number, ..address }, length }
    }

    /// How many bits are not the network's.
    fn free(self) -> u32 {
        self.address.width - self.length
    }

    /// The mask of the network's bits.
    pub(in super::super) fn netmask(self) -> Address {
        let number = mask(self.address.width) & !mask(self.free());
        Address { number, ..self.address }
    }

    /// The first and the last address.
    pub(in super::super) fn bounds(self) -> (Address, Address) {
        let last = self.address.number | mask(self.free());
        (self.address, Address { number: last, ..self.address })
    }

    pub(in super::super) fn contains(self, address: Address) -> bool {
        let (first, last) = self.bounds();
        address.width == first.width && (first.number..=last.number).contains(&address.number)
    }

    /// The address with this number within the network; negative ones count from its end.
    pub(in super::super) fn host(self, negative: bool, number: &UBig) -> Result<Address, Fault> {
        let too_far = || {
            let (length, sign) = (self.length, if negative { "-" } else { "" });
            Fault::new(format!(
                "prefix of {length} does not accommodate a host numbered {sign}{number}"
            ))
        };
        let free = mask(self.free());
        // From the end, -1 is the last address.
        let distance = if negative { number - UBig::ONE } else { number.clone() };
        let distance = u128::try_from(&distance).ok().filter(|d| *d <= free).ok_or_else(too_far)?;
        let host = if negative { free - distance } else { distance };
        Ok(Address { number: self.address.number | host, ..self.address })
    }

    /// The network with this number among those that are longer by so many bits.
    pub(in super::super) fn subnet(
        self,
        bits: i64,
        negative: bool,
        number: &UBig,
    ) -> Result<Self, Fault> {
        let length = i64::from(self.length).saturating_add(bits);
        let length =
            u32::try_from(length).ok().filter(|l| (self.length..=self.address.width).contains(l));
        let length = length.ok_or_else(|| {
            let own = self.length;
            Fault::new(format!("insufficient address space to extend prefix of {own} by {bits}"))
        })?;
        let most = mask(u32::try_from(bits).unwrap_or(0));
        let number = u128::try_from(number).ok().filter(|n| !negative && *n <= most).ok_or_else(|| {
            let sign = if negative { "-" } else { "" };
            let message = format!("prefix extension of {bits} does not accommodate a subnet numbered {sign}{number}");
            Fault::new(message)
        })?;
        let shifted = number.checked_shl(self.address.width - length).unwrap_or(0);
        let address = Address { number: self.address.number | shifted, ..self.address };
        Ok(Self { address, length })
    }

    /// The first network of this length behind `self`, or the very first one of `within` where there is none yet.
    /// Nothing where it would be outside of `within`.
    pub(in super::super) fn next(within: Self, last: Option<Self>, length: u32) -> Option<Self> {
        let start = match last {
            None => within.address.number,
            Some(last) => last.bounds().1.number.checked_add(1)?,
        };
        let free = mask(within.address.width - length);
        let number = start.checked_add(free)? & !free;
        let next = Self { address: Address { number, ..within.address }, length };
        within.contains(next.address).then_some(next)
    }
}

/// So many ones, at the end.
fn mask(bits: u32) -> u128 {
    match bits {
        0 => 0,
        _ => u128::MAX >> (128 - bits),
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.v4() {
            Some(address) => address.fmt(f),
            None => Ipv6Addr::from(self.number).fmt(f),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An address of version 4 that is written as version 6 is shown without the part that says so.
        let extra = if self.address.v4().is_some() { self.address.width - 32 } else { 0 };
        write!(f, "{}/{}", self.address, self.length.saturating_sub(extra))
    }
}

/// A complaint about text that is neither an address nor a network.
pub(in super::super) fn neither(text: &str) -> Fault {
    Fault::new(format!("invalid IP address or prefix: {}", quoted(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_lose_the_bits_of_hosts() {
        for (text, shown) in [
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("010.001.0.9/24", "10.1.0.0/24"),
            ("2001:DB8:0:0::1/64", "2001:db8::/64"),
            ("::/0", "::/0"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::ffff:10.0.0.1/104", "10.0.0.0/8"),
        ] {
            assert_eq!(Network::parse(text).map(|n| n.to_string()), Ok(shown.to_owned()));
        }
        for text in [
            "",
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0/8",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "::1::/8",
            "256.0.0.0/8",
        ] {
            assert!(Network::parse(text).is_err(), "{text}");
        }
    }
}
