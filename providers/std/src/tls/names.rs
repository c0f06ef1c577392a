//! Whom a certificate is for.

use std::net::IpAddr;

use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::{ErrorKind, OpError};

use super::der;

/// A name in the sense of X.500.
#[derive(Model)]
pub(crate) struct Subject {
    /// The common name, `CN`.
    #[attr(optional, replace)]
    pub(super) common_name: Option<String>,
    /// The organisation, `O`.
    #[attr(optional, replace)]
    pub(super) organization: Option<String>,
    /// The part of the organisation, `OU`.
    #[attr(optional, replace)]
    pub(super) organizational_unit: Option<String>,
    /// The lines of the address, `STREET`.
    #[attr(optional, replace)]
    pub(super) street_address: Option<Vec<String>>,
    /// The place, `L`.
    #[attr(optional, replace)]
    pub(super) locality: Option<String>,
    /// The province, `ST`.
    #[attr(optional, replace)]
    pub(super) province: Option<String>,
    /// The country, `C`.
    #[attr(optional, replace)]
    pub(super) country: Option<String>,
    /// The postal code.
    #[attr(optional, replace)]
    pub(super) postal_code: Option<String>,
    /// The serial number of whom it is for.
    #[attr(optional, replace)]
    pub(super) serial_number: Option<String>,
    /// The e-mail address.
    #[attr(optional, replace)]
    pub(super) email_address: Option<String>,
}

impl Subject {
    /// The name in DER, its parts in the order in which Go writes them.
    pub(super) fn der(&self) -> Vec<u8> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let part = |last: u32, value: &String| (vec![2, 5, 4, last], der::text(value));
        let mut parts = Vec::new();
        parts.extend(self.country.iter().map(|text| part(6, text)));
        parts.extend(self.organization.iter().map(|text| part(10, text)));
        parts.extend(self.organizational_unit.iter().map(|text| part(11, text)));
        parts.extend(self.locality.iter().map(|text| part(7, text)));
        parts.extend(self.province.iter().map(|text| part(8, text)));
        // The lines of an address are one part.
        let lines = self.street_address.iter().flatten().map(|line| part(9, line));
        let street: Vec<Vec<u8>> = lines.map(attribute).collect();
        let postal = self.postal_code.iter().map(|text| part(17, text));
        let mut last = Vec::new();
        last.extend(given(&self.common_name).iter().map(|text| part(3, text)));
        last.extend(given(&self.serial_number).iter().map(|text| part(5, text)));
        let email = self.email_address.iter();
        last.extend(email.map(|text| (vec![1, 2, 840, 113_549, 1, 9, 1], der::ia5(text))));
        let one = |part| der::set([attribute(part)]);
        let mut sets: Vec<Vec<u8>> = parts.into_iter().map(one).collect();
        if !street.is_empty() {
            sets.push(der::set(street));
        }
        sets.extend(postal.map(one));
        sets.extend(last.into_iter().map(one));
        der::sequence(sets)
    }
}

fn attribute((arcs, value): (Vec<u32>, Vec<u8>)) -> Vec<u8> {
    der::sequence([der::oid(&arcs), value])
}

/// Other names of whom a certificate is for.
#[derive(Clone, Copy)]
pub(super) struct Alternatives<'a> {
    pub(super) dns: &'a [String],
    pub(super) ip: &'a [String],
    pub(super) uris: &'a [String],
}

const DNS: u8 = 2;
const URI: u8 = 6;
const IP: u8 = 7;

impl Alternatives<'_> {
    /// Each name in DER.
    pub(super) fn der(&self) -> Result<Vec<Vec<u8>>, OpError> {
        let mut names = Vec::new();
        for (argument, tag, all) in [("dns_names", DNS, self.dns), ("uris", URI, self.uris)] {
            if let Some(name) = all.iter().find(|name| !name.is_ascii()) {
                let why = format!("{name:?} has characters that are not ASCII.");
                let error = OpError::new(ErrorKind::Invalid, "Unsuitable name", why);
                return Err(error.at(Path::new().attr(argument)));
            }
            names.extend(all.iter().map(|name| der::context_bytes(tag, name.as_bytes())));
            if tag == DNS {
                for address in self.ip {
                    names.push(der::context_bytes(IP, &ip(address)?));
                }
            }
        }
        Ok(names)
    }
}

fn ip(text: &str) -> Result<Vec<u8>, OpError> {
    match text.parse() {
        Ok(IpAddr::V4(ip)) => Ok(ip.octets().to_vec()),
        Ok(IpAddr::V6(ip)) => Ok(ip.octets().to_vec()),
        Err(_) => {
            let why = format!("{text:?} is no IP address.");
            let error = OpError::new(ErrorKind::Invalid, "Unsuitable name", why);
            Err(error.at(Path::new().attr("ip_addresses")))
        }
    }
}

/// Whether a name, as [`Alternatives::der`] writes it, is one of those that are taken over from requests.
pub(super) fn is_taken_over(tag: u8) -> bool {
    [DNS, URI, IP].contains(&(tag & 0x1f))
}

pub(super) fn check(config: &Value, problems: &mut Problems) {
    let list = |name| config.attribute(name).and_then(Value::as_elements).unwrap_or_default();
    for (i, address) in list("ip_addresses").iter().enumerate() {
        if let Some(text) = address.as_str().filter(|text| text.parse::<IpAddr>().is_err()) {
            let path = Path::new().attr("ip_addresses").index(i);
            problems.error(path, "Unsuitable name", format!("{text:?} is no IP address."));
        }
    }
}
