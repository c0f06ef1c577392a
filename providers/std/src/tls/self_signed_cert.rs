//! `tls_self_signed_cert`.

use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, OpError};

use super::certificate::{Issuer, Template};
use super::key::Key;
use super::names::{self, Alternatives, Subject};
use super::{der, renewal, usages};
use crate::validate;

/// A certificate that is its own authority.
#[derive(Model)]
pub(crate) struct SelfSignedCert {
    /// The private key in PEM that the certificate is for.
    #[attr(required, sensitive, replace)]
    private_key_pem: String,
    /// How many hours it is valid, from when it is made.
    #[attr(required, replace)]
    validity_period_hours: i64,
    /// What it may be used for: `server_auth`, `cert_signing` and so on.
    #[attr(required, replace)]
    allowed_uses: Vec<String>,
    /// Whom it is for.
    #[block(list, max = 1)]
    subject: Option<Subject>,
    /// Names of hosts that it is for.
    #[attr(optional, replace)]
    dns_names: Option<Vec<String>>,
    /// IP addresses that it is for.
    #[attr(optional, replace)]
    ip_addresses: Option<Vec<String>>,
    /// URIs that it is for.
    #[attr(optional, replace)]
    uris: Option<Vec<String>>,
    /// How many hours before its end it is made anew. That needs a plan at that time.
    #[attr(optional, default = 0)]
    early_renewal_hours: i64,
    /// Whether it may sign other certificates.
    #[attr(optional, default = false, replace)]
    is_ca_certificate: bool,
    /// How many authorities may stand between it and a certificate. Counts where it may sign others.
    #[attr(optional, computed, replace)]
    max_path_length: Option<i64>,
    /// Whether it says the identifier of its key.
    #[attr(optional, default = false, replace)]
    set_subject_key_id: bool,
    /// Whether it says the identifier of its authority's key, which is its own.
    #[attr(optional, default = false, replace)]
    set_authority_key_id: bool,
    /// The certificate in PEM.
    #[attr(computed)]
    cert_pem: Option<String>,
    /// Whether it is to be made anew.
    #[attr(computed, default = false)]
    ready_for_renewal: bool,
    /// When it begins, as RFC 3339 writes it.
    #[attr(computed)]
    validity_start_time: Option<String>,
    /// When it ends, as RFC 3339 writes it.
    #[attr(computed)]
    validity_end_time: Option<String>,
    /// What kind of key it is: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed)]
    key_algorithm: Option<String>,
    /// Its serial number.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for SelfSignedCert {
    const NAME: &'static str = "tls_self_signed_cert";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        validate::at_least(config, "validity_period_hours", 0, &mut problems);
        validate::at_least(config, "early_renewal_hours", 0, &mut problems);
        validate::at_least(config, "max_path_length", -1, &mut problems);
        names::check(config, &mut problems);
        usages::check(config, &mut problems);
        problems
    }

    fn plan(ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        let planned = renewal::forgive_checksums(ask, planned, &["private_key_pem"]);
        Ok(renewal::renew(ask, planned))
    }
}

impl Recorded for SelfSignedCert {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let key =
            Key::from_pem(&planned.private_key_pem).map_err(|bad| bad.at("private_key_pem"))?;
        let list = |names: &Option<Vec<String>>| names.clone().unwrap_or_default();
        let (dns, ip, uris) =
            (list(&planned.dns_names), list(&planned.ip_addresses), list(&planned.uris));
        let nobody = || der::sequence::<Vec<u8>>([]);
        let template = Template {
            subject: planned.subject.as_ref().map_or_else(nobody, Subject::der),
            names: Alternatives { dns: &dns, ip: &ip, uris: &uris }.der()?,
            public_key: key.public_der(),
            validity_hours: planned.validity_period_hours,
            uses: &planned.allowed_uses,
            is_ca: planned.is_ca_certificate,
            max_path_length: planned.max_path_length,
            has_subject_id: planned.set_subject_key_id,
            has_authority_id: planned.set_authority_key_id,
        };
        let issued = template.issue(&Issuer { key: &key, certificate: None }, &*context.ambient)?;
        planned.key_algorithm = Some(key.algorithm().to_owned());
        planned.cert_pem = Some(issued.pem);
        planned.validity_start_time = Some(issued.from);
        planned.validity_end_time = Some(issued.until);
        planned.id = Some(issued.serial);
        Ok(planned)
    }
}
