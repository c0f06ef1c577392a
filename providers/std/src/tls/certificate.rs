//! Certificates and requests for them: X.509, RFC 5280 and PKCS #10.

use dashu_int::UBig;
use wb_core::path::Path;
use wb_core::time::{Moment, Zoned};
use wb_sdk::{Ambient, ErrorKind, OpError};

use super::der::{self, NotDer, Reader};
use super::key::{Key, identifier_of};
use super::{names, pem, usages};

const SUBJECT_KEY_ID: &[u32] = &[2, 5, 29, 14];
const KEY_USAGE: &[u32] = &[2, 5, 29, 15];
const ALTERNATIVE_NAME: &[u32] = &[2, 5, 29, 17];
const BASIC_CONSTRAINTS: &[u32] = &[2, 5, 29, 19];
const AUTHORITY_KEY_ID: &[u32] = &[2, 5, 29, 35];
const EXTENDED_KEY_USAGE: &[u32] = &[2, 5, 29, 37];
const EXTENSION_REQUEST: &[u32] = &[1, 2, 840, 113_549, 1, 9, 14];

/// What a certificate is to say.
pub(super) struct Template<'a> {
    /// In DER, as are the names.
    pub(super) subject: Vec<u8>,
    pub(super) names: Vec<Vec<u8>>,
    pub(super) public_key: Vec<u8>,
    pub(super) validity_hours: i64,
    pub(super) uses: &'a [String],
    pub(super) is_ca: bool,
    pub(super) max_path_length: Option<i64>,
    pub(super) has_subject_id: bool,
    pub(super) has_authority_id: bool,
}

/// Who signs it.
pub(super) struct Issuer<'a> {
    pub(super) key: &'a Key,
    /// Nothing where a certificate is its own.
    pub(super) certificate: Option<&'a Parent>,
}

/// What is read of the certificate of an issuer.
pub(super) struct Parent {
    subject: Vec<u8>,
    public_key: Vec<u8>,
    key_id: Option<Vec<u8>>,
}

/// A certificate.
pub(super) struct Issued {
    pub(super) pem: String,
    /// In decimal digits.
    pub(super) serial: String,
    pub(super) from: String,
    pub(super) until: String,
}

/// What is read of a request.
pub(super) struct Request {
    pub(super) subject: Vec<u8>,
    pub(super) public_key: Vec<u8>,
    pub(super) names: Vec<Vec<u8>>,
}

fn unreadable(argument: &str, why: NotDer) -> OpError {
    let why = format!("It cannot be read: {}.", why.0);
    OpError::new(ErrorKind::Invalid, "Unsuitable certificate", why).at(Path::new().attr(argument))
}

impl Template<'_> {
    pub(super) fn issue(
        &self,
        issuer: &Issuer<'_>,
        ambient: &dyn Ambient,
    ) -> Result<Issued, OpError> {
        let mut serial = [0; 16];
        ambient.random(&mut serial);
        let from = Moment::from_unix(ambient.now().seconds);
        let until = from.plus_nanoseconds(i128::from(self.validity_hours) * 3_600_000_000_000);
        let parent = issuer.certificate;
        if parent.is_some_and(|parent| parent.public_key != issuer.key.public_der()) {
            let why = "The private key is not the one of the authority's certificate.";
            return Err(OpError::new(ErrorKind::Invalid, "Unsuitable key", why)
                .at(Path::new().attr("ca_private_key_pem")));
        }
        let issuer_name = parent.map_or(&self.subject, |parent| &parent.subject);
        let extensions = self.extensions(parent)?;
        let content = der::sequence([
            der::context(0, &der::unsigned(&[2])),
            der::unsigned(&serial),
            issuer.key.signature_algorithm(),
            issuer_name.clone(),
            der::sequence([der::time(from), der::time(until)]),
            self.subject.clone(),
            self.public_key.clone(),
            der::context(3, &der::sequence(extensions)),
        ]);
        let whole = sign(&content, issuer.key, ambient, "ca_private_key_pem")?;
        Ok(Issued {
            pem: pem::encode("CERTIFICATE", &whole),
            serial: UBig::from_be_bytes(&serial).to_string(),
            from: Zoned::utc(from).to_string(),
            until: Zoned::utc(until).to_string(),
        })
    }

    fn extensions(&self, parent: Option<&Parent>) -> Result<Vec<Vec<u8>>, OpError> {
        let mut all = Vec::new();
        if let Some(usages) = usages::usages(self.uses) {
            all.push(extension(KEY_USAGE, true, &usages));
        }
        if let Some(usages) = usages::extended(self.uses) {
            all.push(extension(EXTENDED_KEY_USAGE, false, &usages));
        }
        let mut constraints = Vec::new();
        if self.is_ca {
            constraints.push(der::yes());
            let length = self.max_path_length.and_then(|length| u32::try_from(length).ok());
            constraints.extend(length.map(|length| der::unsigned(&length.to_be_bytes())));
        }
        all.push(extension(BASIC_CONSTRAINTS, true, &der::sequence(constraints)));
        let own_id = (self.is_ca || self.has_subject_id)
            .then(|| identifier_of(&self.public_key))
            .transpose()
            .map_err(|bad| bad.at("cert_request_pem"))?;
        if let Some(id) = &own_id {
            all.push(extension(SUBJECT_KEY_ID, false, &der::octets(id)));
        }
        let authority = match parent {
            Some(parent) => parent.key_id.as_ref(),
            None if self.has_authority_id => own_id.as_ref(),
            None => None,
        };
        if self.has_authority_id && authority.is_none() {
            let why = "The authority has no key identifier: set_subject_key_id or is_ca_certificate gives it one.";
            return Err(OpError::new(ErrorKind::Invalid, "No authority key identifier", why)
                .at(Path::new().attr("set_authority_key_id")));
        }
        if let Some(id) = authority {
            let id = der::sequence([der::context_bytes(0, id)]);
            all.push(extension(AUTHORITY_KEY_ID, false, &id));
        }
        if !self.names.is_empty() {
            // Where there is no other name, this one counts.
            let is_only = self.subject == der::sequence::<Vec<u8>>([]);
            all.push(extension(ALTERNATIVE_NAME, is_only, &der::sequence(&self.names)));
        }
        Ok(all)
    }
}

fn extension(arcs: &[u32], is_critical: bool, value: &[u8]) -> Vec<u8> {
    let mut parts = vec![der::oid(arcs)];
    if is_critical {
        parts.push(der::yes());
    }
    parts.push(der::octets(value));
    der::sequence(parts)
}

fn sign(
    content: &[u8],
    key: &Key,
    ambient: &dyn Ambient,
    argument: &str,
) -> Result<Vec<u8>, OpError> {
    let signature = key.sign(content, ambient).map_err(|bad| bad.at(argument))?;
    Ok(der::sequence([content.to_vec(), key.signature_algorithm(), der::bits(&signature)]))
}

/// A request in DER.
pub(super) fn request(
    subject: Vec<u8>,
    names: &[Vec<u8>],
    key: &Key,
    ambient: &dyn Ambient,
) -> Result<Vec<u8>, OpError> {
    let attributes = if names.is_empty() {
        Vec::new()
    } else {
        let names = extension(ALTERNATIVE_NAME, false, &der::sequence(names));
        der::sequence([der::oid(EXTENSION_REQUEST), der::set([der::sequence([names])])])
    };
    let content = der::sequence([
        der::unsigned(&[0]),
        subject,
        key.public_der(),
        der::context(0, &attributes),
    ]);
    sign(&content, key, ambient, "private_key_pem")
}

fn block(text: &str, label: &str) -> Result<Vec<u8>, NotDer> {
    let block = pem::decode(text).ok_or(NotDer("it is not in PEM"))?;
    if block.label == label { Ok(block.bytes) } else { Err(NotDer("it is something else")) }
}

impl Request {
    pub(super) fn read(text: &str, argument: &str) -> Result<Self, OpError> {
        Self::parse(text).map_err(|why| unreadable(argument, why))
    }

    fn parse(text: &str) -> Result<Self, NotDer> {
        let bytes = block(text, "CERTIFICATE REQUEST")?;
        let mut content = Reader::new(&bytes).sequence()?.sequence()?;
        content.unsigned()?;
        let subject = content.expect(der::SEQUENCE)?.whole.to_vec();
        let public_key = content.expect(der::SEQUENCE)?.whole.to_vec();
        let mut names = Vec::new();
        if let Some(attributes) = content.take(0xa0)? {
            let mut attributes = Reader::new(attributes.content);
            while !attributes.is_empty() {
                let mut attribute = attributes.sequence()?;
                let is_extensions =
                    attribute.expect(der::OID)?.whole == der::oid(EXTENSION_REQUEST);
                let values = attribute.expect(der::SET)?.content;
                if is_extensions {
                    let mut extensions = Reader::new(values).sequence()?;
                    names = alternative_names(&mut extensions)?;
                }
            }
        }
        Ok(Self { subject, public_key, names })
    }
}

/// The value of the extension, where there is one.
fn find_extension<'a>(
    extensions: &mut Reader<'a>,
    arcs: &[u32],
) -> Result<Option<&'a [u8]>, NotDer> {
    let wanted = der::oid(arcs);
    while !extensions.is_empty() {
        let mut extension = extensions.sequence()?;
        let is_it = extension.expect(der::OID)?.whole == wanted;
        extension.take(0x01)?;
        let value = extension.expect(der::OCTET_STRING)?.content;
        if is_it {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn alternative_names(extensions: &mut Reader<'_>) -> Result<Vec<Vec<u8>>, NotDer> {
    let Some(value) = find_extension(extensions, ALTERNATIVE_NAME)? else { return Ok(Vec::new()) };
    let mut all = Reader::new(value).sequence()?;
    let mut names = Vec::new();
    while !all.is_empty() {
        let name = all.next()?;
        if names::is_taken_over(name.tag) {
            names.push(name.whole.to_vec());
        }
    }
    Ok(names)
}

impl Parent {
    pub(super) fn read(text: &str, argument: &str) -> Result<Self, OpError> {
        Self::parse(text).map_err(|why| unreadable(argument, why))
    }

    fn parse(text: &str) -> Result<Self, NotDer> {
        let bytes = block(text, "CERTIFICATE")?;
        let mut content = Reader::new(&bytes).sequence()?.sequence()?;
        content.take(0xa0)?;
        content.expect(der::INTEGER)?;
        content.expect(der::SEQUENCE)?;
        content.expect(der::SEQUENCE)?;
        content.expect(der::SEQUENCE)?;
        let subject = content.expect(der::SEQUENCE)?.whole.to_vec();
        let public_key = content.expect(der::SEQUENCE)?.whole.to_vec();
        let mut key_id = None;
        while !content.is_empty() {
            let further = content.next()?;
            if further.tag == 0xa3 {
                let mut extensions = Reader::new(further.content).sequence()?;
                if let Some(value) = find_extension(&mut extensions, SUBJECT_KEY_ID)? {
                    key_id = Some(Reader::new(value).expect(der::OCTET_STRING)?.content.to_vec());
                }
            }
        }
        Ok(Self { subject, public_key, key_id })
    }
}
