//! `tls_locally_signed_cert`.

use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, OpError};

use super::certificate::{Issuer, Parent, Request, Template};
use super::key::Key;
use super::{renewal, usages};
use crate::validate;

/// A certificate that an authority whose key is at hand signs.
#[derive(Model)]
pub(crate) struct LocallySignedCert {
    /// The request in PEM.
    #[attr(required, replace)]
    cert_request_pem: String,
    /// The authority's certificate in PEM.
    #[attr(required, replace)]
    ca_cert_pem: String,
    /// The authority's private key in PEM.
    #[attr(required, sensitive, replace)]
    ca_private_key_pem: String,
    /// How many hours it is valid, from when it is made.
    #[attr(required, replace)]
    validity_period_hours: i64,
    /// What it may be used for: `server_auth`, `cert_signing` and so on.
    #[attr(required, replace)]
    allowed_uses: Vec<String>,
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
    /// What kind of key the authority has: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed)]
    ca_key_algorithm: Option<String>,
    /// Its serial number.
    #[attr(computed)]
    id: Option<String>,
}

const PEMS: [&str; 3] = ["cert_request_pem", "ca_cert_pem", "ca_private_key_pem"];

impl ResourceType for LocallySignedCert {
    const NAME: &'static str = "tls_locally_signed_cert";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        validate::at_least(config, "validity_period_hours", 0, &mut problems);
        validate::at_least(config, "early_renewal_hours", 0, &mut problems);
        validate::at_least(config, "max_path_length", -1, &mut problems);
        usages::check(config, &mut problems);
        problems
    }

    fn plan(ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        Ok(renewal::renew(ask, renewal::forgive_checksums(ask, planned, &PEMS)))
    }
}

impl Recorded for LocallySignedCert {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let [request, authority, key] = PEMS;
        let request = Request::read(&planned.cert_request_pem, request)?;
        let authority = Parent::read(&planned.ca_cert_pem, authority)?;
        let key = Key::from_pem(&planned.ca_private_key_pem).map_err(|bad| bad.at(key))?;
        let template = Template {
            subject: request.subject,
            names: request.names,
            public_key: request.public_key,
            validity_hours: planned.validity_period_hours,
            uses: &planned.allowed_uses,
            is_ca: planned.is_ca_certificate,
            max_path_length: planned.max_path_length,
            has_subject_id: planned.set_subject_key_id,
            has_authority_id: false,
        };
        let issuer = Issuer { key: &key, certificate: Some(&authority) };
        let issued = template.issue(&issuer, &*context.ambient)?;
        planned.ca_key_algorithm = Some(key.algorithm().to_owned());
        planned.cert_pem = Some(issued.pem);
        planned.validity_start_time = Some(issued.from);
        planned.validity_end_time = Some(issued.until);
        planned.id = Some(issued.serial);
        Ok(planned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::ec::{Curve, EcKey};
    use crate::tls::peer::ask;
    use crate::tls::rsa_key::RsaKey;
    use wb_core::ty::Type;
    use wb_sdk::conformance::{Bench, Seeded};

    fn list(names: &[&str]) -> Value {
        Value::list(Type::STRING, names.iter().map(|name| Value::from(*name)))
    }

    fn subject(name: &str) -> Value {
        let ty = crate::tls::names::Subject::ty();
        let names = ty.as_object().unwrap();
        let nothing = names.iter().map(|(name, ty)| (name, Value::null(ty)));
        let given = [("common_name", name.into()), ("organization", "Ä & Co".into())];
        Value::list(Type::DYNAMIC, [Value::object(nothing.chain(given))])
    }

    fn text(value: &Value, name: &str) -> String {
        value.attribute(name).and_then(Value::as_str).unwrap().to_owned()
    }

    /// An authority, a request and a certificate, all by keys of one kind; and what OpenSSL says to it.
    async fn chain(key: &Key) {
        let bench = Bench::new(crate::tls::types());
        let pem = key.to_pem().unwrap();
        let authority = bench
            .resource("tls_self_signed_cert")
            .config([
                ("private_key_pem", (&pem).into()),
                ("validity_period_hours", 1_000_000.into()),
                ("allowed_uses", list(&["cert_signing", "crl_signing", "decipher_only"])),
                ("is_ca_certificate", Value::TRUE),
                ("max_path_length", 0.into()),
                ("subject", subject("authority")),
            ])
            .update([
                ("private_key_pem", (&pem).into()),
                ("validity_period_hours", 1_000_000.into()),
                ("allowed_uses", list(&["cert_signing", "crl_signing", "decipher_only"])),
                ("is_ca_certificate", Value::TRUE),
                ("max_path_length", 0.into()),
                ("early_renewal_hours", 2.into()),
                ("subject", subject("authority")),
            ])
            .replace([
                ("private_key_pem", (&pem).into()),
                ("validity_period_hours", 1_000_000.into()),
                ("allowed_uses", list(&[])),
                ("set_subject_key_id", Value::TRUE),
                ("set_authority_key_id", Value::TRUE),
                ("subject", subject("other")),
            ])
            .run()
            .await;
        let request = bench
            .resource("tls_cert_request")
            .config([
                ("private_key_pem", (&pem).into()),
                ("dns_names", list(&["a.example", "*.b.example"])),
                ("ip_addresses", list(&["127.0.0.1", "::1"])),
                ("uris", list(&["spiffe://x/y"])),
                ("subject", subject("server")),
            ])
            .replace([("private_key_pem", (&pem).into())])
            .run()
            .await;
        let config = [
            ("cert_request_pem", text(&request, "cert_request_pem").into()),
            ("ca_cert_pem", text(&authority, "cert_pem").into()),
            ("ca_private_key_pem", pem.into()),
            ("validity_period_hours", 1_000_000.into()),
            ("allowed_uses", list(&["digital_signature", "server_auth", "client_auth"])),
        ];
        let certificate = bench.resource(LocallySignedCert::NAME).config(config).run().await;
        let csr = text(&request, "cert_request_pem");
        let verify = ["openssl", "req", "-in", "FILE", "-noout", "-verify", "-subject"];
        if let Some(told) = ask(&verify, &csr) {
            assert!(told.contains("server"), "{told}");
        }
        let both = text(&certificate, "cert_pem") + &text(&authority, "cert_pem");
        let verify = [
            "openssl",
            "verify",
            "-CAfile",
            "FILE",
            "-purpose",
            "sslserver",
            "-verify_hostname",
            "x.b.example",
            "FILE",
        ];
        ask(&verify, &both);
        if let Some(told) = ask(&["openssl", "x509", "-in", "FILE", "-noout", "-text"], &both) {
            let parts = [
                "DNS:a.example, DNS:*.b.example, IP Address:127.0.0.1",
                "URI:spiffe://x/y",
                "CA:FALSE",
                "TLS Web Server Authentication, TLS Web Client Authentication",
                "Authority Key Identifier",
                "Not Before: Jan  1 00:00:00 2026 GMT",
                "Not After : Jan 30 16:00:00 2140 GMT",
            ];
            for part in parts {
                assert!(told.contains(part), "{part}: {told}");
            }
        }
        let of_authority = text(&authority, "cert_pem");
        if let Some(told) =
            ask(&["openssl", "x509", "-in", "FILE", "-noout", "-text"], &of_authority)
        {
            let parts = ["CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign, Decipher Only"];
            for part in parts {
                assert!(told.contains(part), "{part}: {told}");
            }
        }
    }

    #[tokio::test]
    async fn openssl_verifies_chains_of_keys_of_all_kinds() {
        let ambient = Seeded::default();
        for curve in crate::tls::ec::CURVES {
            chain(&Key::Ecdsa(EcKey::generate(curve, &ambient))).await;
        }
        chain(&Key::Rsa(RsaKey::generate(1_024, &ambient).unwrap())).await;
        chain(&Key::generate_ed25519(&ambient)).await;
    }

    #[tokio::test]
    async fn another_key_than_the_authoritys_is_refused() {
        let (ambient, bench) = (Seeded::default(), Bench::new(crate::tls::types()));
        let [mine, other] = [(); 2].map(|()| Key::Ecdsa(EcKey::generate(Curve::P256, &ambient)));
        let authority = bench
            .resource("tls_self_signed_cert")
            .config([
                ("private_key_pem", mine.to_pem().unwrap().into()),
                ("validity_period_hours", 1.into()),
                ("allowed_uses", list(&[])),
            ])
            .run()
            .await;
        let request = crate::tls::certificate::request(
            crate::tls::der::sequence::<Vec<u8>>([]),
            &[],
            &mine,
            &ambient,
        );
        let planned = LocallySignedCert {
            cert_request_pem: crate::tls::pem::encode("CERTIFICATE REQUEST", &request.unwrap()),
            ca_cert_pem: text(&authority, "cert_pem"),
            ca_private_key_pem: other.to_pem().unwrap(),
            validity_period_hours: 1,
            allowed_uses: vec![],
            early_renewal_hours: 0,
            is_ca_certificate: false,
            max_path_length: None,
            set_subject_key_id: false,
            cert_pem: None,
            ready_for_renewal: false,
            validity_start_time: None,
            validity_end_time: None,
            ca_key_algorithm: None,
            id: None,
        };
        let error = LocallySignedCert::create(planned, bench.context().clone()).await.unwrap_err();
        assert_eq!(error.path, Some(wb_core::path::Path::new().attr("ca_private_key_pem")));
    }
}
