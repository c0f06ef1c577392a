//! Snapshot to text, as Terraform would write it.

use std::fmt::Write as _;
use std::ops::Range;

use wb_core::addr::{AbsResource, ConfigResource, DeposedKey, InstanceKey, Mode, ProviderInstance};

use super::member::{Member, Sum};
use crate::digest::ATTRIBUTES_DEPTH;
use crate::layout::{self, new_line};
use crate::model::check_wire;
use crate::snapshot::{Nonce, Snapshot};
use crate::{AttrPath, Attributes, Digest, Instance, Object, Resource, State, Status};

/// A file's bytes, and what the sidecar copies.
#[derive(Debug)]
pub struct Written {
    pub bytes: Vec<u8>,
    pub sum: Sum,
    /// Of what the state says, as [`State::digest`] gives it.
    pub digest: Digest,
    /// Where the member stands in the bytes, its checksum left out: members of a JSON object, without braces.
    pub(crate) body: Range<usize>,
}

/// Writes a snapshot with the member `wb`.
///
/// # Errors
/// Where an open step cannot be written, which nothing that was read or recorded can bring about.
pub fn write(snapshot: &Snapshot, nonce: Nonce) -> Result<Written, serde_json::Error> {
    let mut out = Out::new(snapshot);
    out.members(snapshot);
    out.bytes.extend_from_slice(b",\n  \"wb\": {\n    \"sum\": \"");
    let at = out.bytes.len();
    out.bytes.extend_from_slice(&[b'0'; Sum::DIGITS]);
    out.bytes.extend_from_slice(b"\",\n    ");
    let body = out.bytes.len();
    let (digest, objects) = snapshot.state.digests();
    out.bytes.extend_from_slice(Member::body(snapshot, nonce, &objects)?.as_bytes());
    let body = body..out.bytes.len();
    out.bytes.extend_from_slice(b"\n  }\n}\n");
    let mut bytes = out.bytes;
    let sum = Sum::around(&bytes, at);
    bytes[at..at + Sum::DIGITS].copy_from_slice(sum.to_string().as_bytes());
    Ok(Written { bytes, sum, digest, body })
}

/// Writes a snapshot as Terraform would, without the member.
#[must_use]
pub fn write_plain(snapshot: &Snapshot) -> Vec<u8> {
    let mut out = Out::new(snapshot);
    out.members(snapshot);
    out.bytes.extend_from_slice(b"\n}\n");
    out.bytes
}

struct Out {
    bytes: Vec<u8>,
    /// For texts that are made of others.
    scratch: String,
}

impl Out {
    fn new(snapshot: &Snapshot) -> Self {
        let guess = 1024 + snapshot.state.resources.len() * 1200;
        Self { bytes: Vec::with_capacity(guess), scratch: String::new() }
    }

    fn raw(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn string(&mut self, text: &str) {
        layout::write_string(&mut self.bytes, text);
    }

    /// A JSON string of what prints.
    fn shown(&mut self, value: &dyn std::fmt::Display) {
        self.scratch.clear();
        write!(self.scratch, "{value}").expect("writing to a string does not fail");
        layout::write_string(&mut self.bytes, &self.scratch);
    }

    /// A block's address: what [`Out::shown`] writes, without formatting the commonest kind.
    fn block(&mut self, block: &ConfigResource) {
        if !block.module.is_root() || block.resource.mode != Mode::Managed {
            self.shown(block);
            return;
        }
        self.bytes.push(b'"');
        layout::write_within_string(&mut self.bytes, &block.resource.kind);
        self.bytes.push(b'.');
        layout::write_within_string(&mut self.bytes, &block.resource.name);
        self.bytes.push(b'"');
    }

    /// Begins a member on a line of its own.
    fn member(&mut self, depth: usize, name: &str) {
        if self.bytes.last() != Some(&b'{') {
            self.bytes.push(b',');
        }
        new_line(&mut self.bytes, depth);
        self.string(name);
        self.bytes.extend_from_slice(b": ");
    }

    /// Begins an element of a list on a line of its own.
    fn element(&mut self, depth: usize) {
        if self.bytes.last() != Some(&b'[') {
            self.bytes.push(b',');
        }
        new_line(&mut self.bytes, depth);
    }

    /// Ends a list or an object: on a line of its own, unless it is empty.
    fn close(&mut self, depth: usize, bracket: u8) {
        if !matches!(self.bytes.last(), Some(b'{' | b'[')) {
            new_line(&mut self.bytes, depth);
        }
        self.bytes.push(bracket);
    }

    fn members(&mut self, snapshot: &Snapshot) {
        self.raw("{");
        self.member(1, "version");
        self.raw("4");
        self.member(1, "terraform_version");
        self.string(&snapshot.terraform_version);
        self.member(1, "serial");
        self.raw(&snapshot.serial.to_string());
        self.member(1, "lineage");
        self.string(&snapshot.lineage);
        self.outputs(&snapshot.state);
        self.member(1, "resources");
        self.raw("[");
        for (addr, resource) in in_file_order(&snapshot.state) {
            self.element(2);
            self.resource(addr, resource);
        }
        self.close(1, b']');
        self.checks(&snapshot.state);
    }

    fn outputs(&mut self, state: &State) {
        self.member(1, "outputs");
        self.raw("{");
        for (name, output) in &state.outputs {
            self.member(2, name);
            self.raw("{");
            self.member(3, "value");
            output.value.write(&mut self.bytes, 3);
            self.member(3, "type");
            output.kind.write(&mut self.bytes, 3);
            if output.sensitive {
                self.member(3, "sensitive");
                self.raw("true");
            }
            if let Some(why) = &output.deprecated {
                self.member(3, "deprecated");
                self.string(why);
            }
            self.close(2, b'}');
        }
        self.close(1, b'}');
    }

    fn resource(&mut self, addr: &AbsResource, resource: &Resource) {
        self.raw("{");
        if !addr.module.is_root() {
            self.member(3, "module");
            self.shown(&addr.module);
        }
        self.member(3, "mode");
        self.raw(if addr.resource.mode == Mode::Data { "\"data\"" } else { "\"managed\"" });
        self.member(3, "type");
        self.string(&addr.resource.kind);
        self.member(3, "name");
        self.string(&addr.resource.name);
        // OpenTofu names iterated providers by instance, and only there.
        let iterated = resource.instances.iter().any(|(_, i)| !i.provider_key.is_none());
        if !iterated {
            self.member(3, "provider");
            self.shown(&resource.provider);
        }
        self.member(3, "instances");
        self.raw("[");
        for (key, instance) in &resource.instances {
            let provider = iterated.then(|| ProviderInstance {
                config: resource.provider.clone(),
                key: instance.provider_key.clone(),
            });
            self.instance(key, instance, provider.as_ref());
        }
        self.close(3, b']');
        self.close(2, b'}');
    }

    fn instance(
        &mut self,
        key: &InstanceKey,
        instance: &Instance,
        provider: Option<&ProviderInstance>,
    ) {
        let current = instance.current.iter().map(|o| (None, o));
        let deposed = instance.all_deposed().iter().map(|(k, o)| (Some(k), o));
        for (deposed, object) in current.chain(deposed) {
            self.element(4);
            self.raw("{");
            self.object_head(key, object.status, deposed);
            if let Some(provider) = provider {
                self.member(5, "provider");
                self.shown(provider);
            }
            self.object(object);
            self.close(4, b'}');
        }
    }

    fn object_head(&mut self, key: &InstanceKey, status: Status, deposed: Option<&DeposedKey>) {
        match key {
            InstanceKey::None => {}
            InstanceKey::Int(n) => {
                self.member(5, "index_key");
                self.raw(&n.to_string());
            }
            InstanceKey::String(s) => {
                self.member(5, "index_key");
                self.string(s);
            }
        }
        if status == Status::Tainted {
            self.member(5, "status");
            self.raw("\"tainted\"");
        }
        if let Some(key) = deposed {
            self.member(5, "deposed");
            self.string(key.as_str());
        }
    }

    fn object(&mut self, object: &Object) {
        self.member(5, "schema_version");
        self.raw(&object.schema_version.to_string());
        match &object.attributes {
            Attributes::Json(raw) => {
                self.member(5, "attributes");
                raw.write(&mut self.bytes, ATTRIBUTES_DEPTH);
            }
            Attributes::Flat(map) => {
                self.member(5, "attributes_flat");
                self.raw("{");
                for (name, value) in map {
                    self.member(6, name);
                    self.string(value);
                }
                self.close(5, b'}');
            }
        }
        self.member(5, "sensitive_attributes");
        if object.sensitive.is_empty() {
            self.raw("[]");
        } else {
            layout::lay_out(&AttrPath::write_list(&object.sensitive), 5, &mut self.bytes);
        }
        if let Some(identity) = &object.identity {
            if let Some(version) = identity.schema_version {
                self.member(5, "identity_schema_version");
                self.raw(&version.to_string());
            }
            self.member(5, "identity");
            identity.value.write(&mut self.bytes, ATTRIBUTES_DEPTH);
        }
        if let Some(private) = &object.private {
            self.member(5, "private");
            self.string(private.base64());
        }
        if !object.dependencies.is_empty() {
            self.member(5, "dependencies");
            self.raw("[");
            for block in object.dependencies.iter() {
                self.element(6);
                self.block(block);
            }
            self.close(5, b']');
        }
        if object.create_before_destroy {
            self.member(5, "create_before_destroy");
            self.raw("true");
        }
        if object.skip_destroy {
            self.member(5, "skip_destroy");
            self.raw("true");
        }
    }

    fn checks(&mut self, state: &State) {
        self.member(1, "check_results");
        if state.checks.is_empty() {
            self.raw("null");
            return;
        }
        let blocks: Vec<check_wire::Block> =
            state.checks.iter().map(|c| check_wire::Block::from(c.clone())).collect();
        let text = serde_json::to_string(&blocks).expect("check results are made of strings only");
        layout::lay_out(&text, 1, &mut self.bytes);
    }
}

/// The resources in the order of state files: modules as text, then as in the model.
fn in_file_order(state: &State) -> Vec<(&AbsResource, &Resource)> {
    let mut modules: Vec<(String, Vec<(&AbsResource, &Resource)>)> = Vec::new();
    let mut last = None;
    for entry in &state.resources {
        if last != Some(&entry.0.module) {
            last = Some(&entry.0.module);
            modules.push((entry.0.module.to_string(), Vec::new()));
        }
        if let Some((_, group)) = modules.last_mut() {
            group.push(entry);
        }
    }
    modules.sort_by(|(a, _), (b, _)| a.cmp(b));
    modules.into_iter().flat_map(|(_, group)| group).collect()
}
