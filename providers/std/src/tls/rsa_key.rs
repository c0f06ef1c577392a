//! RSA keys. They are made and sign on the user's machine, and decrypt nothing: what is known of the crate's timing
//! (RUSTSEC-2023-0071) needs somebody who can ask for many decryptions.

use rand_core::{TryCryptoRng, TryRng};
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{BoxedUint, Pkcs1v15Sign, PrivateKey};
use wb_sdk::Ambient;

use super::der::{self, Reader};
use super::key::BadKey;

/// The machine's randomness, as the crate wants it.
struct Machine<'a>(&'a dyn Ambient);

impl TryRng for Machine<'_> {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.0.random(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.0.random(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.random(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Machine<'_> {}

/// The numbers of a key, each from the highest byte.
pub(super) struct Numbers {
    pub(super) n: Box<[u8]>,
    pub(super) e: Box<[u8]>,
    pub(super) d: Box<[u8]>,
    pub(super) p: Box<[u8]>,
    pub(super) q: Box<[u8]>,
    dp: Box<[u8]>,
    dq: Box<[u8]>,
    pub(super) coefficient: Box<[u8]>,
}

pub(super) struct RsaKey(PrivateKey);

impl RsaKey {
    pub(super) fn generate(bits: usize, ambient: &dyn Ambient) -> Result<Self, BadKey> {
        let made = PrivateKey::new(&mut Machine(ambient), bits);
        made.map(Self).map_err(|_| BadKey("an RSA key cannot have that many bits"))
    }

    pub(super) fn from_parts(
        n: &[u8],
        e: &[u8],
        d: &[u8],
        primes: [&[u8]; 2],
    ) -> Result<Self, BadKey> {
        let number = BoxedUint::from_be_slice_vartime;
        let primes = primes.map(number).to_vec();
        let made = PrivateKey::from_components(number(n), number(e), number(d), primes);
        made.map(Self).map_err(|_| BadKey("its numbers do not fit each other"))
    }

    /// Reads what [`RsaKey::private_der`] writes.
    pub(super) fn from_der(bytes: &[u8]) -> Result<Self, BadKey> {
        let mut parts = Reader::new(bytes).sequence()?;
        if !parts.unsigned()?.is_empty() {
            return Err(BadKey("it has more than two primes"));
        }
        let [n, e, d, p, q] = [(); 5].map(|()| parts.unsigned());
        Self::from_parts(n?, e?, d?, [p?, q?])
    }

    pub(super) fn numbers(&self) -> Result<Numbers, BadKey> {
        let missing = || BadKey("it has more than two primes");
        let bytes = |number: &BoxedUint| number.to_be_bytes_trimmed_vartime();
        let [p, q] = self.0.primes() else { return Err(missing()) };
        Ok(Numbers {
            n: self.0.n_bytes(),
            e: self.0.e_bytes(),
            d: bytes(self.0.d()),
            p: bytes(p.as_ref()),
            q: bytes(q.as_ref()),
            dp: bytes(self.0.dp().ok_or_else(missing)?),
            dq: bytes(self.0.dq().ok_or_else(missing)?),
            coefficient: bytes(&self.0.crt_coefficient().ok_or_else(missing)?),
        })
    }

    /// PKCS #1.
    pub(super) fn private_der(&self) -> Result<Vec<u8>, BadKey> {
        let Numbers { n, e, d, p, q, dp, dq, coefficient } = self.numbers()?;
        let zero: Box<[u8]> = [0].into();
        let all = [zero, n, e, d, p, q, dp, dq, coefficient];
        Ok(der::sequence(all.map(|number| der::unsigned(&number))))
    }

    pub(super) fn public_der(&self) -> Vec<u8> {
        der::sequence([self.0.n_bytes(), self.0.e_bytes()].map(|number| der::unsigned(&number)))
    }

    pub(super) fn sign(&self, message: &[u8], ambient: &dyn Ambient) -> Result<Vec<u8>, BadKey> {
        use sha2::Digest as _;
        let padding = Pkcs1v15Sign::new::<sha2::Sha256>();
        let hash = sha2::Sha256::digest(message);
        let signed = self.0.sign_with_rng(&mut Machine(ambient), padding, &hash);
        signed.map_err(|_| BadKey("it cannot sign"))
    }
}
