//! Keys on the curves of NIST.

use p256::elliptic_curve::sec1::ToSec1Point as _;
use sha2::Digest as _;
use wb_sdk::Ambient;

use super::der;
use super::key::BadKey;

/// A curve. Its name in configurations is that of `Display`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Curve {
    P224,
    P256,
    P384,
    P521,
}

pub(super) const CURVES: [Curve; 4] = [Curve::P224, Curve::P256, Curve::P384, Curve::P521];

/// A private key: its number, and the point of the public one, uncompressed.
pub(super) struct EcKey {
    pub(super) curve: Curve,
    pub(super) scalar: Vec<u8>,
    pub(super) point: Vec<u8>,
}

impl Curve {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::P224 => "P224",
            Self::P256 => "P256",
            Self::P384 => "P384",
            Self::P521 => "P521",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        CURVES.into_iter().find(|curve| curve.name() == name)
    }

    pub(super) fn oid(self) -> Vec<u8> {
        der::oid(match self {
            Self::P224 => &[1, 3, 132, 0, 33],
            Self::P256 => &[1, 2, 840, 10_045, 3, 1, 7],
            Self::P384 => &[1, 3, 132, 0, 34],
            Self::P521 => &[1, 3, 132, 0, 35],
        })
    }

    /// As OpenSSH calls it; it does not know the smallest.
    pub(super) fn ssh_name(self) -> Option<&'static str> {
        match self {
            Self::P224 => None,
            Self::P256 => Some("nistp256"),
            Self::P384 => Some("nistp384"),
            Self::P521 => Some("nistp521"),
        }
    }

    /// Bytes of a private key.
    fn size(self) -> usize {
        match self {
            Self::P224 => 28,
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// The same for each curve's crate.
macro_rules! on_curve {
    ($curve:expr, $krate:ident => $work:expr) => {
        match $curve {
            Curve::P224 => {
                use p224 as $krate;
                $work
            }
            Curve::P256 => {
                use p256 as $krate;
                $work
            }
            Curve::P384 => {
                use p384 as $krate;
                $work
            }
            Curve::P521 => {
                use p521 as $krate;
                $work
            }
        }
    };
}

impl EcKey {
    /// A number that is no key on the curve is drawn again.
    pub(super) fn generate(curve: Curve, ambient: &dyn Ambient) -> Self {
        loop {
            let mut bytes = vec![0; curve.size()];
            ambient.random(&mut bytes);
            if curve == Curve::P521 {
                // It has 521 bits of 528.
                bytes[0] &= 1;
            }
            if let Ok(key) = Self::new(curve, &bytes) {
                return key;
            }
        }
    }

    pub(super) fn new(curve: Curve, scalar: &[u8]) -> Result<Self, BadKey> {
        let bad = BadKey("its number is no key on the curve");
        let zeros = scalar.iter().take_while(|byte| **byte == 0).count();
        let digits = &scalar[zeros..];
        let missing = curve.size().checked_sub(digits.len()).ok_or(bad)?;
        let mut padded = vec![0; missing];
        padded.extend_from_slice(digits);
        let point = on_curve!(curve, krate => {
            let key = krate::SecretKey::from_slice(&padded).map_err(|_| bad)?;
            key.public_key().to_sec1_point(false).as_bytes().to_vec()
        });
        Ok(Self { curve, scalar: padded, point })
    }

    /// The signature of a message in DER, by the hash that fits the curve.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BadKey> {
        let hash = match self.curve {
            Curve::P224 | Curve::P256 => sha2::Sha256::digest(message).to_vec(),
            Curve::P384 => sha2::Sha384::digest(message).to_vec(),
            Curve::P521 => sha2::Sha512::digest(message).to_vec(),
        };
        let bad = BadKey("it cannot sign");
        let signature = on_curve!(self.curve, krate => {
            use krate::ecdsa::signature::hazmat::PrehashSigner as _;
            let key = krate::ecdsa::SigningKey::from_slice(&self.scalar).map_err(|_| bad)?;
            let signature: krate::ecdsa::Signature = key.sign_prehash(&hash).map_err(|_| bad)?;
            signature.to_der().as_bytes().to_vec()
        });
        Ok(signature)
    }

    /// What a signature says that it was made with.
    pub(super) fn signature_algorithm(&self) -> Vec<u8> {
        let last = match self.curve {
            Curve::P224 | Curve::P256 => 2,
            Curve::P384 => 3,
            Curve::P521 => 4,
        };
        der::sequence([der::oid(&[1, 2, 840, 10_045, 4, 3, last])])
    }

    /// RFC 5915; in PKCS #8 without the curve, which is named outside.
    pub(super) fn private_der(&self, with_curve: bool) -> Vec<u8> {
        let mut parts = vec![der::unsigned(&[1]), der::octets(&self.scalar)];
        if with_curve {
            parts.push(der::context(0, &self.curve.oid()));
        }
        parts.push(der::context(1, &der::bits(&self.point)));
        der::sequence(parts)
    }
}
