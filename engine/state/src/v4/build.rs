//! The shapes of the file to the model.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::value::RawValue;
use wb_core::addr::{
    AbsInstance, AbsResource, AddrError, ConfigResource, DeposedKey, InstanceKey, Mode,
    ModuleInstance, ObjectAddr, ProviderConfig, ProviderInstance, ResourceAddr,
};

use super::{ReadError, ReadErrorKind as Kind, wire};
use crate::model::check_wire::{self, CheckError};
use crate::raw::offset_in;
use crate::{
    AttrPath, Attributes, CheckResult, Identity, InstanceMap, Object, Output, Private, RawJson,
    Resource, State, Status,
};

type HashMap<K, V> = std::collections::HashMap<K, V, hashbrown::DefaultHashBuilder>;

/// By object: a digest's first digits, then the instances that it needs.
pub(super) type Deps<'a> = HashMap<wire::Str<'a>, Vec<wire::Str<'a>>>;

/// Builds a state. Texts that repeat (types, providers, modules, dependencies) are read once.
pub(super) struct Builder<'a> {
    text: &'a Arc<String>,
    /// Whether wb wrote the file, so that its texts are laid out as wb would.
    ours: bool,
    /// What the member knows of the objects' dependencies.
    deps: &'a Deps<'a>,
    /// Where the resource that is being read has its name: the place of texts that hold escapes and were copied.
    here: Option<usize>,
    modules: HashMap<&'a str, ModuleInstance>,
    kinds: HashMap<&'a str, Arc<str>>,
    providers: HashMap<&'a str, ProviderConfig>,
    blocks: HashMap<&'a str, ConfigResource>,
    needs: HashMap<&'a str, AbsInstance>,
    /// For the texts of addresses.
    scratch: String,
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a Arc<String>, ours: bool, deps: &'a Deps<'a>) -> Self {
        Self {
            text,
            ours,
            deps,
            here: None,
            modules: HashMap::default(),
            kinds: HashMap::default(),
            providers: HashMap::default(),
            blocks: HashMap::default(),
            needs: HashMap::default(),
            scratch: String::new(),
        }
    }

    pub(super) fn build(mut self, file: &'a wire::File<'a>) -> Result<State, ReadError> {
        let mut resources = Vec::with_capacity(file.resources.as_ref().map_or(0, Vec::len));
        for resource in file.resources.iter().flatten() {
            resources.push(self.resource(resource)?);
        }
        let resources = self.join(resources)?;
        let mut outputs = Vec::new();
        for (name, output) in file.outputs.iter().flatten() {
            outputs.push((Arc::from(&**name), self.output(output)));
        }
        Ok(State {
            resources: resources.into_iter().collect(),
            outputs: outputs.into_iter().collect(),
            checks: self.checks(file.check_results)?,
        })
    }

    fn error(&self, kind: Kind, at: &str) -> ReadError {
        let at = offset_in(self.text, at).or(self.here);
        ReadError::at(kind, self.text.as_bytes(), at)
    }

    fn address(&self, e: AddrError, at: &str) -> ReadError {
        self.error(Kind::Address(e), at)
    }

    fn raw(&self, raw: &RawValue) -> RawJson {
        RawJson::within(self.text, raw.get(), self.ours)
            .expect("a borrowed value lies in the text that it was read from")
    }

    fn resource(
        &mut self,
        wire: &'a wire::Resource<'a>,
    ) -> Result<(AbsResource, Resource), ReadError> {
        self.here = offset_in(self.text, &wire.name);
        let mode = match &*wire.mode {
            "managed" => Mode::Managed,
            "data" => Mode::Data,
            other => {
                let resource = format!("{}.{}", wire.kind, wire.name);
                return Err(self.error(Kind::Mode { mode: other.to_owned(), resource }, &wire.mode));
            }
        };
        let module = self.module(&wire.module)?;
        let kind = self.kinds.entry(&wire.kind).or_insert_with(|| Arc::from(&*wire.kind)).clone();
        let resource = ResourceAddr { mode, kind, name: Arc::from(&*wire.name) };
        let addr = AbsResource { module, resource };
        self.is_named(&addr)?;
        let instances = self.instances(&addr, wire)?;
        let provider = self.provider(&addr, wire)?;
        Ok((addr, Resource { provider, instances }))
    }

    /// Whatever names an object later, a journal or a command, must be able to read the name.
    fn is_named(&self, addr: &AbsResource) -> Result<(), ReadError> {
        let is_plain = |name: &str| {
            name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
                && name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        };
        if is_plain(&addr.resource.kind) && is_plain(&addr.resource.name) {
            return Ok(());
        }
        let resource = addr.to_string();
        if AbsResource::parse(&resource).is_ok_and(|read| read == *addr) {
            return Ok(());
        }
        Err(ReadError::at(Kind::Name { resource }, self.text.as_bytes(), self.here))
    }

    fn module(&mut self, text: &'a str) -> Result<ModuleInstance, ReadError> {
        if text.is_empty() {
            return Ok(ModuleInstance::ROOT);
        }
        if let Some(module) = self.modules.get(text) {
            return Ok(module.clone());
        }
        let module = ModuleInstance::parse(text).map_err(|e| self.address(e, text))?;
        self.modules.insert(text, module.clone());
        Ok(module)
    }

    /// The provider of a resource; that of its first instance, where they are iterated and each has its own.
    fn provider(
        &mut self,
        addr: &AbsResource,
        wire: &'a wire::Resource<'a>,
    ) -> Result<ProviderConfig, ReadError> {
        let of_instance = wire.instances.iter().find_map(|i| i.provider.as_deref());
        let Some(text) = wire.provider.as_deref().or(of_instance).filter(|t| !t.is_empty()) else {
            return Err(self.error(Kind::Provider { resource: addr.to_string() }, &wire.name));
        };
        if let Some(provider) = self.providers.get(text) {
            return Ok(provider.clone());
        }
        // States from before Terraform 0.13 name providers without their source.
        let provider = ProviderInstance::parse(text)
            .map(|p| p.config)
            .or_else(|e| ProviderConfig::parse_legacy(text).map_err(|_| e))
            .map_err(|e| self.address(e, text))?;
        self.providers.insert(text, provider.clone());
        Ok(provider)
    }

    fn instances(
        &mut self,
        addr: &AbsResource,
        wire: &'a wire::Resource<'a>,
    ) -> Result<InstanceMap, ReadError> {
        let mut map = InstanceMap::default();
        for entry in &wire.instances {
            let key = self.key(addr, entry.index_key, &wire.name)?;
            let at = addr.instance(key);
            let deposed = match entry.deposed.as_deref().filter(|d| !d.is_empty()) {
                None => None,
                Some(text) => Some(DeposedKey::parse(text).map_err(|_| {
                    let (instance, key) = (at.to_string(), text.to_owned());
                    self.error(Kind::Deposed { instance, key }, text)
                })?),
            };
            let object_addr = ObjectAddr { instance: at, deposed };
            let object = Arc::new(self.object(&object_addr, entry, &wire.name)?);
            let key = object_addr.instance.key.clone();
            let mut instance = map.remove(&key).unwrap_or_default();
            if let Some(text) = entry.provider.as_deref() {
                let parsed = ProviderInstance::parse(text).map_err(|e| self.address(e, text))?;
                instance.provider_key = parsed.key;
            }
            let old = match deposed {
                None => instance.current.replace(object),
                Some(key) => instance.set_deposed(key, Some(object)),
            };
            if old.is_some() {
                return Err(self.error(Kind::DuplicateObject(object_addr.to_string()), &wire.name));
            }
            map.insert(key, instance);
        }
        Ok(map)
    }

    fn key(
        &self,
        addr: &AbsResource,
        raw: Option<&'a RawValue>,
        at: &str,
    ) -> Result<InstanceKey, ReadError> {
        let Some(raw) = raw else { return Ok(InstanceKey::None) };
        let text = raw.get();
        let key = match text.as_bytes().first() {
            Some(b'"') => {
                serde_json::from_str::<Cow<'_, str>>(text).ok().map(|s| InstanceKey::string(&s))
            }
            Some(b'n') => Some(InstanceKey::None),
            #[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^53 only")]
            _ => text.parse().ok().map(InstanceKey::Int).or_else(|| {
                let number: f64 = text.parse().ok()?;
                let whole = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
                whole.then_some(InstanceKey::Int(number as i64))
            }),
        };
        let key = key.filter(|key| !matches!(key, InstanceKey::Int(..0)));
        key.ok_or_else(|| {
            self.error(Kind::Key { resource: addr.to_string(), key: text.to_owned() }, at)
        })
    }

    fn object(
        &mut self,
        addr: &ObjectAddr,
        wire: &'a wire::Instance<'a>,
        at: &'a str,
    ) -> Result<Object, ReadError> {
        let status = match wire.status.as_deref().unwrap_or_default() {
            "" => Status::Ready,
            "tainted" => Status::Tainted,
            other => {
                let (instance, status) = (addr.to_string(), other.to_owned());
                return Err(self.error(Kind::Status { instance, status }, at));
            }
        };
        let attributes = match (wire.attributes, &wire.attributes_flat) {
            (Some(raw), _) if raw.get() != "null" => Attributes::Json(self.raw(raw)),
            (_, Some(flat)) => Attributes::Flat(flat.clone()),
            _ => Attributes::default(),
        };
        let (sensitive, errors) =
            wire.sensitive_attributes.map(|raw| AttrPath::read_list(raw.get())).unwrap_or_default();
        if let Some(e) = errors.first() {
            let (instance, why) = (addr.to_string(), e.to_string());
            return Err(self.error(Kind::SensitivePath { instance, why }, at));
        }
        let identity = wire.identity.filter(|raw| raw.get() != "null").map(|raw| Identity {
            value: self.raw(raw),
            schema_version: wire.identity_schema_version,
        });
        Ok(Object {
            attributes,
            schema_version: wire.schema_version,
            status,
            private: wire.private.as_deref().filter(|p| !p.is_empty()).map(Private::from_base64),
            sensitive,
            dependencies: self.dependencies(wire.dependencies.as_deref().unwrap_or_default())?,
            needs: self.needs(addr)?,
            create_before_destroy: wire.create_before_destroy,
            skip_destroy: wire.skip_destroy,
            identity,
        })
    }

    fn dependencies(
        &mut self,
        texts: &'a [wire::Str<'a>],
    ) -> Result<Arc<[ConfigResource]>, ReadError> {
        let mut all = Vec::with_capacity(texts.len());
        for wire::Str(text) in texts {
            let block = match self.blocks.get(&**text) {
                Some(block) => block.clone(),
                None => {
                    let addr = AbsResource::parse(text).map_err(|e| self.address(e, text))?;
                    let block = addr.config();
                    self.blocks.insert(text, block.clone());
                    block
                }
            };
            all.push(block);
        }
        Ok(all.into())
    }

    /// What the member knows of an object's dependencies.
    fn needs(&mut self, addr: &ObjectAddr) -> Result<Option<Arc<[AbsInstance]>>, ReadError> {
        let deps = self.deps;
        if deps.is_empty() {
            return Ok(None);
        }
        self.scratch.clear();
        write!(self.scratch, "{addr}").expect("writing to a string does not fail");
        let Some(list) = deps.get(self.scratch.as_str()) else { return Ok(None) };
        let mut all = Vec::with_capacity(list.len());
        for text in list.iter().skip(1) {
            let text: &'a str = text;
            let need = match self.needs.get(text) {
                Some(need) => need.clone(),
                None => {
                    let need = AbsInstance::parse(text)
                        .map_err(|e| self.error(Kind::Member(e.to_string()), text))?;
                    self.needs.insert(text, need.clone());
                    need
                }
            };
            all.push(need);
        }
        Ok(Some(all.into()))
    }

    /// Puts resources in order. One that the file lists twice has the instances of both.
    fn join(
        &self,
        mut all: Vec<(AbsResource, Resource)>,
    ) -> Result<Vec<(AbsResource, Resource)>, ReadError> {
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut joined: Vec<(AbsResource, Resource)> = Vec::with_capacity(all.len());
        for (addr, resource) in all {
            match joined.last_mut().filter(|(last, _)| *last == addr) {
                None => joined.push((addr, resource)),
                Some((_, first)) => {
                    for (key, instance) in &resource.instances {
                        if first.instances.insert(key.clone(), instance.clone()).is_some() {
                            let name = addr.instance(key.clone()).to_string();
                            return Err(self.error(Kind::DuplicateObject(name), ""));
                        }
                    }
                }
            }
        }
        Ok(joined)
    }

    fn output(&self, wire: &wire::Output<'_>) -> Output {
        Output {
            value: self.raw(wire.value),
            kind: self.raw(wire.kind),
            sensitive: wire.sensitive,
            deprecated: wire.deprecated.clone().filter(|d| !d.is_empty()),
        }
    }

    /// Results of kinds that a later version may add are left out, as Terraform does: they are computed anew.
    fn checks(&self, raw: Option<&RawValue>) -> Result<Vec<CheckResult>, ReadError> {
        let Some(raw) = raw else { return Ok(Vec::new()) };
        let blocks: Option<Vec<check_wire::Block>> = serde_json::from_str(raw.get())
            .map_err(|e| self.error(Kind::CheckResult(e.to_string()), raw.get()))?;
        let mut all = Vec::new();
        for block in blocks.unwrap_or_default() {
            match CheckResult::try_from(block) {
                Ok(check) => all.push(check),
                Err(CheckError::Kind(_)) => {}
                Err(e @ CheckError::Address(_)) => {
                    return Err(self.error(Kind::CheckResult(e.to_string()), raw.get()));
                }
            }
        }
        Ok(all)
    }
}
