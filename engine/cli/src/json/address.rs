//! Parts of addresses as members.

use wb_core::addr::{AbsInstance, InstanceKey, Mode};

use super::out::Out;

pub(crate) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Managed => "managed",
        Mode::Data => "data",
        Mode::Ephemeral => "ephemeral",
    }
}

/// The value of a key; null where there is none.
pub(crate) fn key(out: &mut Out<'_>, key: &InstanceKey) {
    match key {
        InstanceKey::None => out.null(),
        InstanceKey::Int(index) => out.plain(index),
        InstanceKey::String(text) => out.string(text),
    }
}

/// The members that name a resource instance, from `mode` to `index`.
pub(crate) fn parts(out: &mut Out<'_>, instance: &AbsInstance) {
    let resource = &instance.resource.resource;
    out.key("mode").string(mode(resource.mode));
    out.key("type").string(&resource.kind);
    out.key("name").string(&resource.name);
    if !instance.key.is_none() {
        key(out.key("index"), &instance.key);
    }
}
