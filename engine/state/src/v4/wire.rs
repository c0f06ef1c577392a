//! The shapes of format 4, borrowed from the text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A file's top level. What is missing is found out by the reader, which can say more about it.
#[derive(Default)]
pub(super) struct File<'a> {
    pub(super) version: Option<&'a RawValue>,
    pub(super) terraform_version: Option<Cow<'a, str>>,
    pub(super) serial: Option<u64>,
    pub(super) lineage: Option<Cow<'a, str>>,
    pub(super) outputs: Option<BTreeMap<Cow<'a, str>, Output<'a>>>,
    pub(super) resources: Option<Vec<Resource<'a>>>,
    pub(super) check_results: Option<&'a RawValue>,
    pub(super) wb: Option<&'a RawValue>,
    /// Members that format 4 does not have.
    pub(super) unknown: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Output<'a> {
    #[serde(borrow)]
    pub(super) value: &'a RawValue,
    #[serde(borrow, rename = "type")]
    pub(super) kind: &'a RawValue,
    #[serde(default)]
    pub(super) sensitive: bool,
    #[serde(default)]
    pub(super) deprecated: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Resource<'a> {
    #[serde(borrow, default)]
    pub(super) module: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) mode: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) provider: Option<Str<'a>>,
    #[serde(borrow, deserialize_with = "few")]
    pub(super) instances: Vec<Instance<'a>>,
}

/// A list that mostly has one element: serde would make room for four.
fn few<'de, D: Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<Vec<T>, D::Error> {
    d.deserialize_seq(Few(PhantomData))
}

struct Few<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::with_capacity(1);
        while let Some(element) = seq.next_element()? {
            all.push(element);
        }
        Ok(all)
    }
}

#[derive(Deserialize)]
pub(super) struct Instance<'a> {
    #[serde(borrow, default)]
    pub(super) index_key: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) status: Option<Str<'a>>,
    #[serde(borrow, default)]
    pub(super) deposed: Option<Str<'a>>,
    #[serde(borrow, default)]
    pub(super) provider: Option<Str<'a>>,
    #[serde(default)]
    pub(super) schema_version: u64,
    #[serde(borrow, default)]
    pub(super) attributes: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) attributes_flat: Option<BTreeMap<String, String>>,
    #[serde(borrow, default)]
    pub(super) sensitive_attributes: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) identity_schema_version: Option<u64>,
    #[serde(borrow, default)]
    pub(super) identity: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) private: Option<Str<'a>>,
    #[serde(borrow, default)]
    pub(super) dependencies: Option<Vec<Str<'a>>>,
    #[serde(default)]
    pub(super) create_before_destroy: bool,
    #[serde(default)]
    pub(super) skip_destroy: bool,
}

/// A string, borrowed where it holds no escape; serde borrows no `Cow` within a list.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Str<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for File<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FileVisitor)
    }
}

struct FileVisitor;

impl<'de> Visitor<'de> for FileVisitor {
    type Value = File<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<File<'de>, A::Error> {
        let mut file = File::default();
        let mut seen = 0u16;
        while let Some(Str(key)) = map.next_key()? {
            let bit = match &*key {
                "version" => {
                    file.version = Some(map.next_value()?);
                    1
                }
                "terraform_version" => {
                    file.terraform_version = map.next_value::<Option<Str<'_>>>()?.map(|s| s.0);
                    2
                }
                "serial" => {
                    file.serial = map.next_value()?;
                    4
                }
                "lineage" => {
                    file.lineage = map.next_value::<Option<Str<'_>>>()?.map(|s| s.0);
                    8
                }
                "outputs" => {
                    let outputs: Option<BTreeMap<Str<'_>, Output<'_>>> = map.next_value()?;
                    file.outputs = outputs.map(|o| o.into_iter().map(|(k, v)| (k.0, v)).collect());
                    16
                }
                "resources" => {
                    file.resources = map.next_value()?;
                    32
                }
                "check_results" => {
                    file.check_results = Some(map.next_value()?);
                    64
                }
                "wb" => {
                    file.wb = Some(map.next_value()?);
                    128
                }
                other => {
                    file.unknown.push(other.to_owned());
                    map.next_value::<IgnoredAny>()?;
                    0
                }
            };
            if seen & bit != 0 {
                return Err(serde::de::Error::custom(format!("duplicate field `{key}`")));
            }
            seen |= bit;
        }
        Ok(file)
    }
}

impl std::ops::Deref for Str<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Str<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Str<'_> {}

/// As `str` has it, so that one can be looked up by the other.
impl Hash for Str<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl std::borrow::Borrow<str> for Str<'_> {
    fn borrow(&self) -> &str {
        self
    }
}

impl PartialOrd for Str<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
