//! `tls_cert_request`.

use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, OpError};

use super::key::{Key, known_by};
use super::names::{self, Alternatives, Subject};
use super::{certificate, der, pem, renewal};

/// A request for a certificate, to be signed by an authority.
#[derive(Model)]
pub(crate) struct CertRequest {
    /// The private key in PEM that the certificate is to be for.
    #[attr(required, sensitive, replace)]
    private_key_pem: String,
    /// Whom the certificate is to be for.
    #[block(list, max = 1)]
    subject: Option<Subject>,
    /// Names of hosts that it is to be for.
    #[attr(optional, replace)]
    dns_names: Option<Vec<String>>,
    /// IP addresses that it is to be for.
    #[attr(optional, replace)]
    ip_addresses: Option<Vec<String>>,
    /// URIs that it is to be for.
    #[attr(optional, replace)]
    uris: Option<Vec<String>>,
    /// What kind of key it is: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed)]
    key_algorithm: Option<String>,
    /// The request in PEM.
    #[attr(computed)]
    cert_request_pem: Option<String>,
    /// The SHA-1 checksum of the request.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for CertRequest {
    const NAME: &'static str = "tls_cert_request";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        names::check(config, &mut problems);
        problems
    }

    fn plan(ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        Ok(renewal::forgive_checksums(ask, planned, &["private_key_pem"]))
    }
}

impl Recorded for CertRequest {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let key =
            Key::from_pem(&planned.private_key_pem).map_err(|bad| bad.at("private_key_pem"))?;
        let list = |names: &Option<Vec<String>>| names.clone().unwrap_or_default();
        let (dns, ip, uris) =
            (list(&planned.dns_names), list(&planned.ip_addresses), list(&planned.uris));
        let names = Alternatives { dns: &dns, ip: &ip, uris: &uris }.der()?;
        let nobody = || der::sequence::<Vec<u8>>([]);
        let subject = planned.subject.as_ref().map_or_else(nobody, Subject::der);
        let request = certificate::request(subject, &names, &key, &*context.ambient)?;
        planned.key_algorithm = Some(key.algorithm().to_owned());
        planned.id = Some(known_by(&request));
        planned.cert_request_pem = Some(pem::encode("CERTIFICATE REQUEST", &request));
        Ok(planned)
    }
}
